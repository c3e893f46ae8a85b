"""The parts of the exporter: graphs from PyTorch, their quantisation, and the manifest."""
