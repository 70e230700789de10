"""The script Streamlit runs for every visitor: one page per job.

Imports are inside the function because worker processes import this file too (Python's spawn
imports the running script) and need none of them.
"""


def main() -> None:
    """Show the page the visitor is on."""
    import streamlit as st

    from formcheck.ui.pages import analyse, compare, filming, live, progress, training
    from formcheck.ui.parts.look import ASSETS, PAGES, apply_style
    from formcheck.ui.phone_gate import hidden_pages

    # Before the navigation, which would otherwise fetch the page's icon from another server.
    st.set_page_config("FormCheck", str(ASSETS / "mark.svg"), layout="wide")
    apply_style()
    st.logo(str(ASSETS / "wordmark.svg"), size="large", icon_image=str(ASSETS / "wordmark.svg"))
    pages = [
        st.Page(analyse.page, title="Analyse", icon=":material/directions_run:", default=True),
        st.Page(live.page, title="Live", icon=":material/videocam:", url_path="live"),
        st.Page(progress.page, title="Progress", icon=":material/trending_up:", url_path="progress"),
        st.Page(compare.page, title="Compare", icon=":material/compare_arrows:", url_path="compare"),
        st.Page(training.page, title="Drills & plan", icon=":material/exercise:", url_path="training"),
        st.Page(filming.page, title="How to film", icon=":material/photo_camera:", url_path="filming"),
    ]
    hidden = hidden_pages()
    pages = [page for page in pages if page.url_path not in hidden]
    st.session_state[PAGES] = {page.url_path: page for page in pages}
    page = st.navigation(pages, position="top")
    if page.url_path:
        st.set_page_config(f"{page.title} · FormCheck")
        st.session_state.pop(analyse.SEEN, None)  # coming back to the first page is no "back" on it
    page.run()


if __name__ == "__main__":
    main()
