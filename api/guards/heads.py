"""How much of a request may come beside its body. The parser itself takes headers of any size and number, and keeps all of them."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_BYTES = 64 * 1024
_MOST_AROUND = 8
"""Bytes around each byte of a body: a chunk of one byte needs five. Else they are trailers, which are kept as headers are."""
_REFUSED = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedHead(HttpToolsProtocol):
    """A connection that ends when what is not body goes on for so many bytes behind the read that it began in."""

    _is_in_head = _is_in_body = False
    _begun = 0
    _bytes_since = _of_body = 0

    def on_message_begin(self) -> None:
        self._is_in_head, self._bytes_since = True, 0
        self._begun += 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._is_in_head, self._is_in_body, self._bytes_since, self._of_body = False, True, 0, 0
        self._begun += 1
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._of_body += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._is_in_body = False
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        before = self._begun
        super().data_received(data)
        if not (self._is_in_head or self._is_in_body) or self._begun != before or self.transport.is_closing():
            return  # how much of a read belongs to what began in it is not told; one read is little
        self._bytes_since += len(data)
        if self._bytes_since > MOST_BYTES + (1 + _MOST_AROUND) * self._of_body:
            self.transport.write(_REFUSED)
            self.transport.close()
