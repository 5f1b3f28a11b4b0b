"""The official DMN conformance tests (https://github.com/dmn-tck/tck), in the TCK's own format."""
