"""The picture-book world: what can be drawn, how it is drawn, and the stories that happen in it."""
