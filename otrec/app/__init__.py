"""The Streamlit app: a thin skin, with no score, rule or validation of its own."""
