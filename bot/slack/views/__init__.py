"""One pure module per screen: values in, blocks out."""
