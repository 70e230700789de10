"""The report for the runner: one self-contained HTML page, and the same content as PDF."""

from formcheck.report.content import Pictures, content
from formcheck.report.page import page

__all__ = ["Pictures", "content", "page"]
