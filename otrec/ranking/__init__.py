"""The ranking model: an additive score with non-negative weights, its uncertainty, and how it is learned.

`weights` and `lists` need numpy alone; `estimator` brings scikit-learn and is imported only when asked for.
"""
