import Foundation
import HTTPTypes

/// What LN answers instead of what was asked for.
struct ODataError: Error, Hashable {
    let status: Int
    let message: String
    var details: [String] = []

    init(_ status: Int, _ message: String, details: [String] = []) {
        self.status = status
        self.message = message
        self.details = details
    }

    /// A request that isn't OData as LN understands it.
    static func invalid(_ message: String) -> ODataError { ODataError(400, message) }

    /// A rule of LN's business logic; the readable reason stands in the details, as LN has it.
    static func rule(_ error: LNRuleError) -> ODataError {
        ODataError(422, "The request can't be processed", details: [error.description])
    }

    /// LN's error body.
    var response: HTTPResponse { Self.response(status: status, message: message, details: details) }

    static func response(status: Int, message: String, details: [String] = []) -> HTTPResponse {
        var text = JSONText()
        text.object { text in
            text.name("error")
            text.object { text in
                text.member("code", "ERROR")
                text.member("message", message)
                text.name("details")
                text.array { text in
                    for detail in details { text.object { $0.member("message", detail) } }
                }
            }
        }
        return HTTPResponse(
            status: status, headerFields: ["Content-Type": "application/json;charset=utf-8"], body: text.data)
    }
}
