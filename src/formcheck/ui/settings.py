"""How the server runs, and what it allows. `.streamlit/config.toml` states the same (checked by a test)."""

from __future__ import annotations

from typing import Any

from formcheck.live.same_origin import LOOPBACK

MB = 1 << 20
LARGEST_UPLOAD = 500 * MB
STALLED_UPLOAD_S = 30.0  # without a byte: the sender counts as gone
LONGEST_UPLOAD_S = 3600.0  # 500 MB at 1.2 Mbit/s, slower than any usable uplink
MOST_ON_DISK = 6000 * MB  # all visitors together
LONGEST_CLIP_S = 600.0
ANALYSIS_TIME_LIMIT_S = 1800.0
LOOK_TIME_LIMIT_S = 60.0
WORKER_MEMORY = 8 << 30  # address space
WORKERS = 2  # visitors served at once
CLIPS_KEPT = 12  # per visit
GRACE_S = 600.0  # a visitor disconnected for longer counts as gone
SWEEP_EVERY_S = 20.0

SAFE_AMBER, SAFE_SKY = "#E69F00", "#56B4E9"  # near and far side
INSIDE, OUTSIDE, UNKNOWN = "#009E73", "#D55E00", "#8A8F98"

_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"

CONFIG: dict[str, dict[str, Any]] = {
    "browser": {
        "gatherUsageStats": False,
        "serverAddress": "127.0.0.1",  # stated, so that Streamlit asks no outside machine for its own address
    },
    "server": {
        "address": "127.0.0.1",
        "allowedHosts": list(LOOPBACK),
        "showEmailPrompt": False,
        "maxUploadSize": 1,
        "fileWatcherType": "none",
        "disconnectedSessionTTL": int(GRACE_S),
        "enableXsrfProtection": True,
        "enableCORS": True,
    },
    "client": {"toolbarMode": "minimal", "showErrorDetails": "none"},
    "theme": {"font": _FONT, "headingFont": _FONT, "baseRadius": "10px", "showWidgetBorder": True},
    "theme.light": {
        "primaryColor": "#00694F",
        "backgroundColor": "#FCFCFA",
        "secondaryBackgroundColor": "#F1F2EE",
        "textColor": "#1B1F23",
        "linkColor": "#00694F",
        "borderColor": "#D5D8D2",
    },
    "theme.dark": {
        "primaryColor": "#108261",
        "backgroundColor": "#13171A",
        "secondaryBackgroundColor": "#1D2327",
        "textColor": "#ECEFF1",
        "linkColor": "#5AD6AE",
        "borderColor": "#39424A",
    },
}


def flat_config() -> dict[str, Any]:
    """Return the settings under their dotted names, as Streamlit's launcher expects them."""
    return {
        f"{section}.{name}": value for section, values in CONFIG.items() for name, value in values.items()
    }
