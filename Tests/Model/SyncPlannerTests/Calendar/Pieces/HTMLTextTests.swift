import Foundation
import SyncModel
import SyncPlanner
import Testing

@Suite("The text of an event's HTML (CAL-10)")
struct HTMLTextTests {
    @Test("What Exchange makes of a plain text reads as it was and is not rich")
    func converted() {
        let html = """
            <html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r
            <meta name="Generator" content="Microsoft Exchange Server">\r
            <!-- converted from text --><style><!-- .EmailQuote { margin-left: 1pt; } --></style></head>\r
            <body>\r
            <font size="2"><span style="font-size:11pt;"><div class="PlainText">Bring the plans.<br>\r
            <br>\r
            5 &lt; 6 &amp; caf&eacute; &#8211; &#x20AC;</div></span></font>\r
            </body>\r
            </html>
            """
        #expect(MeetingBody(html: html) == MeetingBody("Bring the plans.\n\n5 < 6 & café – €"))
    }

    @Test("Paragraphs are lines, blanks collapse, a no-break space is a blank")
    func lines() {
        let html = "<div><p class=MsoNormal>One\n  two&nbsp;&nbsp;three </p><p>&nbsp;</p><p>Four</p></div>"
        #expect(MeetingBody(html: html) == MeetingBody("One two  three\n\nFour"))
        #expect(MeetingBody(html: "<pre>a  b\n c</pre>").text == "a  b\n c")
        #expect(MeetingBody(html: "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>").text == "a b\nc")
    }

    @Test(
        "Pictures, tables, lists, formatting and named links are rich",
        arguments: [
            "<img src=x>", "<table><tr><td>a</td></tr></table>", "<ul><li>a</ul>", "<b>a</b>", "<STRONG>a</STRONG>",
            "<a href=\"https://teams.example/1\">Join</a>", "<h1>a</h1>",
        ])
    func rich(html: String) { #expect(MeetingBody(html: html).isRich) }

    @Test(
        "A link that shows where it leads is not",
        arguments: [
            "<a href=\"https://example.org/\">https://example.org</a>", "<a href='mailto:Bob@x.org'>bob@x.org</a>",
            "<a href=http://example.org>example.org</a>", "<a name=here></a>",
        ])
    func bareLinks(html: String) { #expect(!MeetingBody(html: html).isRich) }

    @Test(
        "What is no HTML is text",
        arguments: [
            ("a < b", "a < b"), ("a <", "a <"), ("R&D & more", "R&D & more"),
            ("&nosuch; &#0; &#xZZ;", "&nosuch; &#0; &#xZZ;"),
            ("<", "<"), ("", ""), ("<!-- never closed", "<!-- never closed"), ("a<b c=\"d>e", "ae"), ("<p", "<p"),
        ])
    func broken(html: String, text: String) { #expect(MeetingBody(html: html).text == text) }

    @Test("Tags that never end are read in one pass", .timeLimit(.minutes(1)))
    func large() {
        for piece in ["<a ", "<a b=\">", "<a b='<!--", "&&&&", "<p>x"] {
            let body = MeetingBody(html: String(repeating: piece, count: 60_000 / piece.utf8.count))
            #expect(body.text.utf8.count <= 60_000)
        }
    }
}
