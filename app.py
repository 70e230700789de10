"""The app: `streamlit run app.py`, or `formcheck app`."""

import streamlit as st

from formcheck.ui.server import ROUTES, SCRIPT, lifespan

app = st.App(SCRIPT, routes=ROUTES, lifespan=lifespan)
