import ExchangeClient
import SyncModel
import Testing

@testable import ContactSync

@Suite("How a contact's content becomes an Exchange contact (CON-3)")
struct ContactMappingTests {
    private func content(_ fill: (inout ContactContent) -> Void) -> ContactContent {
        var content = ContactContent()
        fill(&content)
        return content
    }

    @Test("A Western name is filed as last name, first name")
    func western() {
        let contact = ContactMapping().exchangeContact(
            content {
                $0.firstName = "Ann"
                $0.middleName = "B."
                $0.lastName = "Lee"
                $0.suffix = "Jr."
            })
        #expect(contact.displayName == "Ann B. Lee")
        #expect(contact.fileAs == "Lee, Ann B.")
        #expect(contact.generation == "Jr.")
    }

    @Test("A Japanese name keeps its order")
    func japanese() {
        let contact = ContactMapping(language: "ja").exchangeContact(
            content {
                $0.firstName = "太郎"
                $0.lastName = "山田"
                $0.businessAddress = ContactAddress(city: "東京", country: "JP")
            })
        #expect(contact.displayName == "山田 太郎")
        #expect(contact.fileAs == "山田 太郎")
        #expect(contact.businessAddress?.countryOrRegion == "日本")
    }

    @Test("LN's full name is shown as it is; a contact without a name shows its company, or its address")
    func displayName() {
        let mapping = ContactMapping()
        #expect(
            mapping.exchangeContact(
                content {
                    $0.fullName = "Dr. Ann Lee"
                    $0.lastName = "Lee"
                }
            ).displayName == "Dr. Ann Lee")
        #expect(mapping.exchangeContact(content { $0.company = "Hokuto" }).fileAs == "Hokuto")
        #expect(mapping.exchangeContact(content { $0.email = "a@b.example" }).displayName == "a@b.example")
    }

    @Test("Phones, addresses with the country's name, e-mail with the name, birthday and language")
    func theRest() {
        let contact = ContactMapping(language: "en").exchangeContact(
            content {
                $0.fullName = "Ann Lee"
                $0.businessPhones = ["+1 555 0100", "+1 555 0101"]
                $0.homePhone = "+1 555 0102"
                $0.email = "ann@hokuto.example"
                $0.birthday = CalendarDate(year: 1958, month: 10, day: 13)
                $0.privateAddress = ContactAddress(street: "Main St 1", country: "SE")
                $0.language = "sv"
            })
        #expect(contact.businessPhones == ["+1 555 0100", "+1 555 0101"])
        #expect(contact.homePhones == ["+1 555 0102"])
        #expect(contact.email == ExchangeEmailAddress(name: "Ann Lee", address: "ann@hokuto.example"))
        #expect(contact.birthday?.description == "1958-10-13")
        #expect(contact.homeAddress == ExchangeAddress(street: "Main St 1", countryOrRegion: "Sweden"))
        #expect(contact.language == "sv")
        #expect(contact.businessAddress == nil)
    }
}
