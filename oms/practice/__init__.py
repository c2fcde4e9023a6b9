"""The sandbox of partners: a channel and a place to practise with, and what happens
there when they ask for it."""
