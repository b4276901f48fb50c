"""What recognises words on an image."""

import os

# ONNX Runtime sends telemetry from a thread that it starts when it is imported. Nothing of a
# tenant's leaves, and a thread from before the confinement would not be confined with the rest.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
