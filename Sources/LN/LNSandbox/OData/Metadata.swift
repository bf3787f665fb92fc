/// `$metadata` as CSDL JSON 4.01: what a service shows, no more.
enum Metadata {
    static func text(of service: Service) -> JSONText {
        var text = JSONText()
        text.object { text in
            text.member("$Version", "4.01")
            text.member("$EntityContainer", "\(service.name).Container")
            text.name(service.name)
            text.object { text in
                for resource in service.resources { entityType(resource, of: service, to: &text) }
                for enumeration in enumerations(of: service) { write(enumeration, to: &text) }
                text.name("MultiLineText")
                text.object { text in
                    text.member("$Kind", "TypeDefinition")
                    text.member("$UnderlyingType", "Edm.String")
                }
                container(service, to: &text)
            }
        }
        return text
    }

    private static func entityType(_ resource: Resource, of service: Service, to text: inout JSONText) {
        text.name(resource.type.name)
        text.object { text in
            text.member("$Kind", "EntityType")
            if !resource.isSingleton {
                text.name("$Key")
                text.array { text in
                    for key in resource.type.key { text.value(resource.type.properties[key].name) }
                }
            }
            text.member(
                "@Core.Description", "\(resource.type.name) (\(resource.type.table)) \(resource.level.rawValue)")
            for position in resource.properties {
                property(resource.type.properties[position], of: service, to: &text)
            }
            for navigation in resource.navigations {
                text.name(navigation.name)
                text.object { text in
                    text.member("$Kind", "NavigationProperty")
                    text.member("$Type", "\(service.name).\(EntityType.of(navigation.target).name)")
                    text.name(navigation.isCollection ? "$Collection" : "$Nullable")
                    text.value(true)
                }
            }
        }
    }

    private static func property(_ property: Property, of service: Service, to text: inout JSONText) {
        text.name(property.name)
        text.object { text in
            switch property.kind {
            case .text(let length): text.member("$MaxLength", length)
            case .multiline: text.member("$Type", "\(service.name).MultiLineText")
            case .number: text.member("$Type", "Edm.Int32")
            case .time:
                text.member("$Type", "Edm.DateTimeOffset")
                text.member("$DefaultValue", "0")
            case .member(let enumeration): text.member("$Type", "\(service.name).\(enumeration.name)")
            }
            if property.isComputed {
                text.name("@Org.OData.Core.V1.Computed")
                text.value(true)
            }
        }
    }

    private static func enumerations(of service: Service) -> [Enumeration] {
        var found: [Enumeration] = []
        for resource in service.resources {
            for position in resource.properties {
                guard case .member(let enumeration) = resource.type.properties[position].kind,
                    !found.contains(enumeration)
                else { continue }
                found.append(enumeration)
            }
        }
        return found
    }

    private static func write(_ enumeration: Enumeration, to text: inout JSONText) {
        text.name(enumeration.name)
        text.object { text in
            text.member("$Kind", "EnumType")
            text.member("$UnderlyingType", "Edm.Byte")
            for member in enumeration.members { text.member(member.name, member.number) }
        }
    }

    private static func container(_ service: Service, to text: inout JSONText) {
        text.name("Container")
        text.object { text in
            text.member("$Kind", "EntityContainer")
            for resource in service.resources {
                text.name(resource.name)
                text.object { text in
                    if !resource.isSingleton {
                        text.name("$Collection")
                        text.value(true)
                    }
                    text.member("$Type", "\(service.name).\(resource.type.name)")
                    if resource.level >= .updatable {
                        text.name("@Org.OData.Core.V1.OptimisticConcurrency")
                        text.array { _ in }
                    }
                    if resource.takesDeepInserts {
                        text.name("@Org.OData.Capabilities.V1.DeepInsertSupport")
                        text.object { text in
                            text.name("Supported")
                            text.value(true)
                        }
                    }
                }
            }
        }
    }

    /// The service document: the entity sets by name.
    static func serviceDocument(of service: Service) -> JSONText {
        var text = JSONText()
        text.object { text in
            text.member("@odata.context", "$metadata")
            text.name("value")
            text.array { text in
                for resource in service.resources {
                    text.object { text in
                        text.member("name", resource.name)
                        text.member("kind", resource.isSingleton ? "Singleton" : "EntitySet")
                        text.member("url", resource.name)
                    }
                }
            }
        }
        return text
    }
}
