import Foundation
import HTTPTypes

/// Why Graph refuses a request: a status, its code and its words.
struct GraphError: Error, Sendable, Hashable {
    let status: Int
    let code: String
    let message: String
    /// Seconds, for `Retry-After`.
    var retryAfter: Int?
    /// For `Location`.
    var location: String?
    /// Further members of `error`.
    var details: [String: JSON] = [:]

    init(_ status: Int, _ code: String, _ message: String, retryAfter: Int? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    static func badRequest(_ message: String) -> GraphError { GraphError(400, "ErrorInvalidRequest", message) }

    static func notFound(_ message: String = "The specified object was not found in the store.") -> GraphError {
        GraphError(404, "ErrorItemNotFound", message)
    }

    static func unknownMember(_ name: String, of type: String = "contact") -> GraphError {
        GraphError(
            400, "RequestBroker--ParseUri",
            "Could not find a property named '\(name)' on type 'microsoft.graph.\(type)'.")
    }

    static func invalidProperty(_ id: String) -> GraphError {
        GraphError(400, "ErrorInvalidPropertyId", "The property id '\(id)' is not valid.")
    }

    static let unreadableBody = GraphError(
        400, "BadRequest",
        "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format."
    )

    static let methodNotAllowed = GraphError(
        405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")

    static let folderExists = GraphError(
        409, "ErrorFolderExists", "A folder with the specified name already exists.")

    static let invalidID = GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.")

    static let conflict = GraphError(
        412, "ErrorIrresolvableConflict",
        "The send or update operation could not be performed because the change key passed in the request does not match the "
            + "current change key for the item.")

    /// The answer, as Graph writes it.
    func response(requestID: String, date: String, clientRequestID: String?) -> HTTPResponse {
        var error = details
        error["code"] = .text(code)
        error["message"] = .text(message)
        error["innerError"] = [
            "date": .text(date), "request-id": .text(requestID),
            "client-request-id": .text(clientRequestID ?? requestID),
        ]
        let body: JSON = ["error": .object(error)]
        var response = HTTPResponse(
            status: status, headerFields: ["Content-Type": "application/json"], body: body.data)
        if let location { response.headerFields["Location"] = location }
        if let retryAfter { response.headerFields["Retry-After"] = String(retryAfter) }
        return response
    }
}
