import HTTPTypes
import Runtime
import Testing

@testable import ExchangeSandbox

@Suite("Exchange's stand-in: bodies of events")
struct EventBodyTests {
    private func body(_ type: String, _ content: String) throws -> EventBody {
        try EventBody(["contentType": .text(type), "content": .text(content)])
    }

    @Test("Text comes back as HTML that Exchange has written, and as the same text where text is preferred")
    func text() throws {
        let body = try body("text", "One & two\n<three>  four\r\nend")
        #expect(body.html.hasPrefix("<html><head>\r\n<meta http-equiv=\"Content-Type\""))
        #expect(body.html.contains("<!-- converted from text -->"))
        #expect(body.html.contains("One &amp; two<br>\r\n&lt;three&gt; &nbsp;four<br>\r\nend"))
        #expect(body.text == "One & two\r\n<three> \u{A0}four\r\nend\r\n")
        #expect(body.preview.hasPrefix("One & two\r\n<three>"))
    }

    @Test("HTML gets a document around it; scripts and control characters are left out")
    func html() throws {
        let body = try body("HTML", "<p>Hello <b>you</b></p><script>alert(1)</script>\u{1}<div>Bye&nbsp;now</div>")
        #expect(body.html.hasSuffix("<body><p>Hello <b>you</b></p><div>Bye&nbsp;now</div></body></html>\r\n"))
        #expect(body.text == "Hello you\r\nBye\u{A0}now\r\n")
        let whole = try self.body("html", "<HTML><HEAD><title>x</title></HEAD><BODY class=\"a\">In</BODY></HTML>")
        #expect(whole.html.hasSuffix("</head><body>In</body></html>\r\n"))
        #expect(try self.body("html", " ").html.isEmpty)
        #expect(try EventBody(.null).html.isEmpty)
    }

    @Test("What was read and written back again stays as it is")
    func roundTrip() throws {
        for content in ["One\ntwo", "", "a\n\n\nb", "  x  ", "日本語\nü"] {
            let first = try body("text", content)
            #expect(try body("html", first.html).text == first.text, "\(content)")
            #expect(try body("text", first.text).text == first.text, "\(content)")
        }
    }

    @Test("No body traps")
    func fuzz() throws {
        let pieces = [
            "<", ">", "body", "</body>", "<script", "</script>", "<br>", "&nbsp;", "\r\n", "é", " ", "<head>", "/",
        ]
        let randomness = SeededRandomness(seed: 5)
        for _ in 0..<3000 {
            let text = (0..<randomness.next(in: 0...12)).map { _ in pieces[randomness.next(in: 0...pieces.count - 1)] }
                .joined()
            for type in ["text", "html"] {
                let body = try body(type, text)
                _ = body.text
                _ = EventTime.wall(text)
                _ = EventTime.instant(text)
                _ = CivilDay(text)
            }
        }
    }
}
