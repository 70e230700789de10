"""The app: `streamlit run app.py`, or `formcheck app`."""

import sys

import streamlit as st

from formcheck.ui.guard import MIDDLEWARE
from formcheck.ui.live_board import OTHER_CAMERAS_FLAG, live_board
from formcheck.ui.server import ROUTES, SCRIPT, lifespan

app = st.App(SCRIPT, routes=ROUTES, lifespan=lifespan, middleware=MIDDLEWARE)
live_board().other_cameras = OTHER_CAMERAS_FLAG in sys.argv[1:]
