import Foundation
import HTTPClient
import HTTPTypes

extension HTTPClient {
    /// A request to a stand-in's control channel.
    /// - Returns: the answer's body.
    /// - Throws: where it is not a success.
    func ask(_ method: HTTPMethod, _ url: String, _ body: String? = nil) async throws -> Data {
        guard
            let request = HTTPRequest(
                method: method, url: url, headerFields: body == nil ? [:] : ["Content-Type": "application/json"],
                body: Data((body ?? "").utf8))
        else { throw Failure("\(url) is no URL") }
        let response = try await send(request, timeout: .seconds(10))
        guard (200..<300).contains(response.status) else {
            throw Failure("\(url) was answered with \(response.status)")
        }
        return response.body
    }
}
