//! One module per endpoint: path, request, response, errors.
