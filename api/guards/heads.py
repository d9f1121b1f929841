"""How much of a request may come before its body. The parser itself takes headers of any size and number, and keeps all of them."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_BYTES = 64 * 1024
_REFUSED = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedHead(HttpToolsProtocol):
    """A connection that ends when address and headers go on for so many bytes behind the read that they began in."""

    _is_in_head = False
    _begun = 0
    _bytes_since = 0

    def on_message_begin(self) -> None:
        self._is_in_head, self._bytes_since = True, 0
        self._begun += 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        before = self._begun
        super().data_received(data)
        if not self._is_in_head or self._begun != before or self.transport.is_closing():
            return  # how much of a read belongs to a head that began in it is not told; one read is little
        self._bytes_since += len(data)
        if self._bytes_since > MOST_BYTES:
            self.transport.write(_REFUSED)
            self.transport.close()
