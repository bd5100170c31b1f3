"""How a server is asked, and how its answer comes in; imports `server`."""
