"""How events get in; every way ends in Device.handle_push and Hub.async_dispatch."""
