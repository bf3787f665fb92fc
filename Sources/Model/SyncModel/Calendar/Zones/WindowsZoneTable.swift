// Made by scripts/windows-zones from unicode-cldr-core 41-0.1 and tzdata 2025b-0+deb12u2: not to be edited.

extension WindowsZones {
    /// A Windows name and its IANA names, the usual one first; a line that begins with a blank goes on with the one before.
    static let table = """
        Dateline Standard Time = Etc/GMT+12
        UTC-11 = Etc/GMT+11 Pacific/Pago_Pago Pacific/Niue Pacific/Midway Pacific/Samoa US/Samoa
        Aleutian Standard Time = America/Adak America/Atka US/Aleutian
        Hawaiian Standard Time = Pacific/Honolulu Pacific/Rarotonga Pacific/Tahiti Etc/GMT+10 Pacific/Johnston US/Hawaii
        Marquesas Standard Time = Pacific/Marquesas
        Alaskan Standard Time = America/Anchorage America/Juneau America/Metlakatla America/Nome America/Sitka
          America/Yakutat US/Alaska
        UTC-09 = Etc/GMT+9 Pacific/Gambier
        Pacific Standard Time (Mexico) = America/Tijuana America/Ensenada America/Santa_Isabel Mexico/BajaNorte
        UTC-08 = Etc/GMT+8 Pacific/Pitcairn
        Pacific Standard Time = America/Los_Angeles America/Vancouver PST8PDT Canada/Pacific US/Pacific
        US Mountain Standard Time = America/Phoenix America/Creston America/Dawson_Creek America/Fort_Nelson
          America/Hermosillo Etc/GMT+7 US/Arizona
        Mountain Standard Time (Mexico) = America/Chihuahua America/Mazatlan Mexico/BajaSur
        Mountain Standard Time = America/Denver America/Edmonton America/Cambridge_Bay America/Inuvik America/Ojinaga
          America/Boise MST7MDT America/Shiprock America/Yellowknife Canada/Mountain Navajo US/Mountain
        Yukon Standard Time = America/Whitehorse America/Dawson Canada/Yukon
        Central America Standard Time = America/Guatemala America/Belize America/Costa_Rica Pacific/Galapagos
          America/Tegucigalpa America/Managua America/El_Salvador Etc/GMT+6
        Central Standard Time = America/Chicago America/Winnipeg America/Rankin_Inlet America/Resolute America/Matamoros
          America/Indiana/Knox America/Indiana/Tell_City America/Menominee America/North_Dakota/Beulah
          America/North_Dakota/Center America/North_Dakota/New_Salem CST6CDT America/Knox_IN America/Rainy_River
          Canada/Central US/Central US/Indiana-Starke
        Easter Island Standard Time = Pacific/Easter Chile/EasterIsland
        Central Standard Time (Mexico) = America/Mexico_City America/Bahia_Banderas America/Merida America/Monterrey
          Mexico/General
        Canada Central Standard Time = America/Regina America/Swift_Current Canada/Saskatchewan
        SA Pacific Standard Time = America/Bogota America/Rio_Branco America/Eirunepe America/Panama America/Guayaquil
          America/Jamaica America/Cayman America/Lima Etc/GMT+5 America/Coral_Harbour America/Porto_Acre Brazil/Acre
          Jamaica
        Eastern Standard Time (Mexico) = America/Cancun
        Eastern Standard Time = America/New_York America/Nassau America/Toronto America/Iqaluit America/Detroit
          America/Indiana/Petersburg America/Indiana/Vincennes America/Indiana/Winamac America/Kentucky/Monticello
          America/Kentucky/Louisville EST5EDT America/Louisville America/Montreal America/Nipigon America/Pangnirtung
          America/Thunder_Bay Canada/Eastern US/Eastern US/Michigan
        Haiti Standard Time = America/Port-au-Prince
        Cuba Standard Time = America/Havana Cuba
        US Eastern Standard Time = America/Indiana/Indianapolis America/Indiana/Marengo America/Indiana/Vevay
          America/Fort_Wayne America/Indianapolis US/East-Indiana
        Turks And Caicos Standard Time = America/Grand_Turk
        Paraguay Standard Time = America/Asuncion
        Atlantic Standard Time = America/Halifax Atlantic/Bermuda America/Glace_Bay America/Goose_Bay America/Moncton
          America/Thule Canada/Atlantic
        Venezuela Standard Time = America/Caracas
        Central Brazilian Standard Time = America/Cuiaba America/Campo_Grande
        SA Western Standard Time = America/La_Paz America/Antigua America/Anguilla America/Aruba America/Barbados
          America/Puerto_Rico America/Manaus America/Boa_Vista America/Porto_Velho America/Blanc-Sablon America/Curacao
          America/Dominica America/Santo_Domingo America/Grenada America/Guadeloupe America/Guyana America/St_Kitts
          America/St_Lucia America/Martinique America/Montserrat America/Port_of_Spain America/St_Vincent
          America/Tortola America/St_Thomas Etc/GMT+4 America/Kralendijk America/Lower_Princes America/Marigot
          America/St_Barthelemy America/Virgin Brazil/West
        Pacific SA Standard Time = America/Santiago Chile/Continental
        Newfoundland Standard Time = America/St_Johns Canada/Newfoundland
        Tocantins Standard Time = America/Araguaina
        E. South America Standard Time = America/Sao_Paulo Brazil/East
        SA Eastern Standard Time = America/Cayenne Antarctica/Rothera Antarctica/Palmer America/Fortaleza America/Belem
          America/Maceio America/Recife America/Santarem Atlantic/Stanley America/Paramaribo Etc/GMT+3
        Argentina Standard Time = America/Argentina/Buenos_Aires America/Argentina/La_Rioja
          America/Argentina/Rio_Gallegos America/Argentina/Salta America/Argentina/San_Juan America/Argentina/San_Luis
          America/Argentina/Tucuman America/Argentina/Ushuaia America/Argentina/Catamarca America/Argentina/Cordoba
          America/Argentina/Jujuy America/Argentina/Mendoza America/Argentina/ComodRivadavia America/Buenos_Aires
          America/Catamarca America/Cordoba America/Jujuy America/Mendoza America/Rosario
        Greenland Standard Time = America/Nuuk America/Godthab
        Montevideo Standard Time = America/Montevideo
        Magallanes Standard Time = America/Punta_Arenas
        Saint Pierre Standard Time = America/Miquelon
        Bahia Standard Time = America/Bahia
        UTC-02 = Etc/GMT+2 America/Noronha Atlantic/South_Georgia Brazil/DeNoronha
        Azores Standard Time = Atlantic/Azores America/Scoresbysund
        Cape Verde Standard Time = Atlantic/Cape_Verde Etc/GMT+1
        UTC = Etc/UTC Etc/GMT Etc/GMT+0 Etc/GMT-0 Etc/GMT0 Etc/Greenwich Etc/UCT Etc/Universal Etc/Zulu GMT GMT+0 GMT-0
          GMT0 Greenwich UCT UTC Universal Zulu
        GMT Standard Time = Europe/London Atlantic/Canary Atlantic/Faroe Europe/Guernsey Europe/Dublin
          Europe/Isle_of_Man Europe/Jersey Europe/Lisbon Atlantic/Madeira Atlantic/Faeroe Eire Europe/Belfast GB GB-Eire
          Portugal
        Greenwich Standard Time = Atlantic/Reykjavik Africa/Ouagadougou Africa/Abidjan Africa/Accra America/Danmarkshavn
          Africa/Banjul Africa/Conakry Africa/Bissau Africa/Monrovia Africa/Bamako Africa/Nouakchott Atlantic/St_Helena
          Africa/Freetown Africa/Dakar Africa/Lome Africa/Timbuktu Iceland
        Sao Tome Standard Time = Africa/Sao_Tome
        Morocco Standard Time = Africa/Casablanca Africa/El_Aaiun
        W. Europe Standard Time = Europe/Berlin Europe/Andorra Europe/Vienna Europe/Zurich Europe/Gibraltar Europe/Rome
          Europe/Vaduz Europe/Luxembourg Europe/Monaco Europe/Malta Europe/Amsterdam Europe/Oslo Europe/Stockholm
          Arctic/Longyearbyen Atlantic/Jan_Mayen Europe/Busingen Europe/San_Marino Europe/Vatican
        Central Europe Standard Time = Europe/Budapest Europe/Tirane Europe/Prague Europe/Belgrade Europe/Ljubljana
          Europe/Bratislava Europe/Podgorica
        Romance Standard Time = Europe/Paris Europe/Brussels Europe/Copenhagen Europe/Madrid Africa/Ceuta
        Central European Standard Time = Europe/Warsaw Europe/Sarajevo Europe/Zagreb Europe/Skopje Poland
        W. Central Africa Standard Time = Africa/Lagos Africa/Luanda Africa/Porto-Novo Africa/Kinshasa Africa/Bangui
          Africa/Brazzaville Africa/Douala Africa/Algiers Africa/Libreville Africa/Malabo Africa/Niamey Africa/Ndjamena
          Africa/Tunis Etc/GMT-1
        Jordan Standard Time = Asia/Amman
        GTB Standard Time = Europe/Bucharest Asia/Nicosia Asia/Famagusta Europe/Athens Europe/Nicosia
        Middle East Standard Time = Asia/Beirut
        Egypt Standard Time = Africa/Cairo Egypt
        E. Europe Standard Time = Europe/Chisinau Europe/Tiraspol
        Syria Standard Time = Asia/Damascus
        West Bank Standard Time = Asia/Hebron Asia/Gaza
        South Africa Standard Time = Africa/Johannesburg Africa/Bujumbura Africa/Gaborone Africa/Lubumbashi
          Africa/Maseru Africa/Blantyre Africa/Maputo Africa/Kigali Africa/Mbabane Africa/Lusaka Africa/Harare Etc/GMT-2
        FLE Standard Time = Europe/Kyiv Europe/Helsinki Europe/Sofia Europe/Tallinn Europe/Vilnius Europe/Riga
          Europe/Kiev Europe/Mariehamn Europe/Uzhgorod Europe/Zaporozhye
        Israel Standard Time = Asia/Jerusalem Asia/Tel_Aviv Israel
        South Sudan Standard Time = Africa/Juba
        Kaliningrad Standard Time = Europe/Kaliningrad
        Sudan Standard Time = Africa/Khartoum
        Libya Standard Time = Africa/Tripoli Libya
        Namibia Standard Time = Africa/Windhoek
        Arabic Standard Time = Asia/Baghdad
        Turkey Standard Time = Europe/Istanbul Asia/Istanbul Turkey
        Arab Standard Time = Asia/Riyadh Asia/Bahrain Asia/Kuwait Asia/Qatar Asia/Aden
        Belarus Standard Time = Europe/Minsk
        Russian Standard Time = Europe/Moscow Europe/Kirov Europe/Simferopol W-SU
        E. Africa Standard Time = Africa/Nairobi Antarctica/Syowa Africa/Djibouti Africa/Addis_Ababa Indian/Comoro
          Indian/Antananarivo Africa/Mogadishu Africa/Dar_es_Salaam Africa/Kampala Indian/Mayotte Etc/GMT-3
          Africa/Asmera
        Iran Standard Time = Asia/Tehran Iran
        Arabian Standard Time = Asia/Dubai Asia/Muscat Etc/GMT-4
        Astrakhan Standard Time = Europe/Astrakhan Europe/Ulyanovsk
        Azerbaijan Standard Time = Asia/Baku
        Russia Time Zone 3 = Europe/Samara
        Mauritius Standard Time = Indian/Mauritius Indian/Reunion Indian/Mahe
        Saratov Standard Time = Europe/Saratov
        Georgian Standard Time = Asia/Tbilisi
        Volgograd Standard Time = Europe/Volgograd
        Caucasus Standard Time = Asia/Yerevan
        Afghanistan Standard Time = Asia/Kabul
        West Asia Standard Time = Asia/Tashkent Antarctica/Mawson Asia/Oral Asia/Aqtau Asia/Aqtobe Asia/Atyrau
          Indian/Maldives Indian/Kerguelen Asia/Dushanbe Asia/Ashgabat Asia/Samarkand Etc/GMT-5 Asia/Ashkhabad
        Ekaterinburg Standard Time = Asia/Yekaterinburg
        Pakistan Standard Time = Asia/Karachi
        Qyzylorda Standard Time = Asia/Qyzylorda
        India Standard Time = Asia/Kolkata Asia/Calcutta
        Sri Lanka Standard Time = Asia/Colombo
        Nepal Standard Time = Asia/Kathmandu Asia/Katmandu
        Central Asia Standard Time = Asia/Almaty Antarctica/Vostok Asia/Urumqi Indian/Chagos Asia/Bishkek Asia/Qostanay
          Etc/GMT-6 Asia/Kashgar
        Bangladesh Standard Time = Asia/Dhaka Asia/Thimphu Asia/Dacca Asia/Thimbu
        Omsk Standard Time = Asia/Omsk
        Myanmar Standard Time = Asia/Yangon Indian/Cocos Asia/Rangoon
        SE Asia Standard Time = Asia/Bangkok Antarctica/Davis Indian/Christmas Asia/Jakarta Asia/Pontianak
          Asia/Phnom_Penh Asia/Vientiane Asia/Ho_Chi_Minh Etc/GMT-7 Asia/Saigon
        Altai Standard Time = Asia/Barnaul
        W. Mongolia Standard Time = Asia/Hovd
        North Asia Standard Time = Asia/Krasnoyarsk Asia/Novokuznetsk
        N. Central Asia Standard Time = Asia/Novosibirsk
        Tomsk Standard Time = Asia/Tomsk
        China Standard Time = Asia/Shanghai Asia/Hong_Kong Asia/Macau Asia/Chongqing Asia/Chungking Asia/Harbin
          Asia/Macao Hongkong PRC
        North Asia East Standard Time = Asia/Irkutsk
        Singapore Standard Time = Asia/Singapore Asia/Brunei Asia/Makassar Asia/Kuala_Lumpur Asia/Kuching Asia/Manila
          Etc/GMT-8 Asia/Ujung_Pandang Singapore
        W. Australia Standard Time = Australia/Perth Australia/West
        Taipei Standard Time = Asia/Taipei ROC
        Ulaanbaatar Standard Time = Asia/Ulaanbaatar Asia/Choibalsan Asia/Ulan_Bator
        Aus Central W. Standard Time = Australia/Eucla
        Transbaikal Standard Time = Asia/Chita
        Tokyo Standard Time = Asia/Tokyo Asia/Jayapura Pacific/Palau Asia/Dili Etc/GMT-9 Japan
        North Korea Standard Time = Asia/Pyongyang
        Korea Standard Time = Asia/Seoul ROK
        Yakutsk Standard Time = Asia/Yakutsk Asia/Khandyga
        Cen. Australia Standard Time = Australia/Adelaide Australia/Broken_Hill Australia/South Australia/Yancowinna
        AUS Central Standard Time = Australia/Darwin Australia/North
        E. Australia Standard Time = Australia/Brisbane Australia/Lindeman Australia/Queensland
        AUS Eastern Standard Time = Australia/Sydney Australia/Melbourne Australia/ACT Australia/Canberra Australia/NSW
          Australia/Victoria
        West Pacific Standard Time = Pacific/Port_Moresby Antarctica/DumontDUrville Pacific/Guam Pacific/Saipan
          Etc/GMT-10 Pacific/Truk Pacific/Yap
        Tasmania Standard Time = Australia/Hobart Antarctica/Macquarie Australia/Currie Australia/Tasmania
        Vladivostok Standard Time = Asia/Vladivostok Asia/Ust-Nera
        Lord Howe Standard Time = Australia/Lord_Howe Australia/LHI
        Bougainville Standard Time = Pacific/Bougainville
        Russia Time Zone 10 = Asia/Srednekolymsk
        Magadan Standard Time = Asia/Magadan
        Norfolk Standard Time = Pacific/Norfolk
        Sakhalin Standard Time = Asia/Sakhalin
        Central Pacific Standard Time = Pacific/Guadalcanal Antarctica/Casey Pacific/Kosrae Pacific/Noumea Pacific/Efate
          Etc/GMT-11 Pacific/Ponape
        Russia Time Zone 11 = Asia/Kamchatka Asia/Anadyr
        New Zealand Standard Time = Pacific/Auckland Antarctica/McMurdo Antarctica/South_Pole NZ
        UTC+12 = Etc/GMT-12 Pacific/Tarawa Pacific/Majuro Pacific/Kwajalein Pacific/Nauru Pacific/Funafuti Pacific/Wake
          Pacific/Wallis Kwajalein
        Fiji Standard Time = Pacific/Fiji
        Chatham Islands Standard Time = Pacific/Chatham NZ-CHAT
        UTC+13 = Etc/GMT-13 Pacific/Kanton Pacific/Fakaofo Pacific/Enderbury
        Tonga Standard Time = Pacific/Tongatapu
        Samoa Standard Time = Pacific/Apia
        Line Islands Standard Time = Pacific/Kiritimati Etc/GMT-14
        """
}
