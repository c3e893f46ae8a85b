"""The published data of MiniGPT-5 (CC3M, VIST, MMDialog) as what its two stages are taught from."""
