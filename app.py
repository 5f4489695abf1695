"""Entry for `streamlit run app.py`; `otrec app` starts the same page."""

from otrec.app.main import main

main()
