import HTTPTypes
import Testing

@Suite("Request")
struct HTTPRequestTests {
    @Test(
        "A URL is taken apart to the letter",
        arguments: [
            ("https://h.example/a%2Fb?c=d%20e#f", "h.example", "/a%2Fb?c=d%20e"), ("HTTP://h:8080", "h:8080", "/"),
            ("http://h?q", "h", "/?q"), ("https://[::1]:443/x//y/../z", "[::1]:443", "/x//y/../z"),
        ])
    func url(url: String, authority: String, target: String) throws {
        let request = try #require(HTTPRequest(method: .get, url: url))
        #expect(request.authority == authority)
        #expect(request.target == target)
        #expect(request.scheme == url.prefix { $0 != ":" }.lowercased())
    }

    @Test(
        "What is no plain http or https URL is refused",
        arguments: ["ftp://h/", "h/x", "http://", "http://u@h/", "http://h/a b", "http://h/\r\nX: y", "/x", ""])
    func refused(url: String) {
        #expect(HTTPRequest(method: .get, url: url) == nil)
    }

    @Test("Path and query are the two sides of the question mark")
    func pathAndQuery() throws {
        let request = try #require(HTTPRequest(method: .get, url: "http://h/a/b?c=d?e"))
        #expect(request.path == "/a/b")
        #expect(request.query == "c=d?e")
        #expect(HTTPRequest(method: .get, url: "http://h/a")?.query == nil)
    }
}
