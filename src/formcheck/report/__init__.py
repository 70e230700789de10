"""What a runner takes home: one page that opens anywhere, and the same on paper."""

from formcheck.report.content import Pictures, content
from formcheck.report.page import page

__all__ = ["Pictures", "content", "page"]
