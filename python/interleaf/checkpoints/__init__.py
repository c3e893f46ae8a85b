"""The official MiniGPT-5 files, read strictly into our own modules."""
