"""The language server: what `check` says of files, while they are edited.

``server`` speaks the protocol, ``documents`` holds what is open in the editor, ``workbench`` lints it, and ``features``
leads each request to the module that answers it. Only this package imports pygls and lsprotocol, which the extra
``vmlint[lsp]`` brings.
"""
