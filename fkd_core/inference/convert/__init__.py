"""Networks of Keras as ONNX graphs, whatever backend Keras runs on.

`graph` collects the nodes, `walk` follows a functional network from its faces to its table, and the other
modules each know how some kinds of layers are said in ONNX. A layer that none of them knows is refused by
name: a graph is complete or not made at all.
"""
