extension SampleCountry {
    static let japan = SampleCountry(
        code: "JPN", description: "日本", isoAlpha2: "JP", isoAlpha3: "JPN", language: "JPN",
        men: People(
            givenNames: [
                Name("太郎", "taro"), Name("健一", "kenichi"), Name("翔太", "shota"), Name("大輔", "daisuke"),
                Name("浩", "hiroshi"),
                Name("誠", "makoto"), Name("隆", "takashi"), Name("直樹", "naoki"), Name("蓮", "ren"), Name("一郎", "ichiro"),
                Name("修", "osamu"), Name("和也", "kazuya"), Name("雄太", "yuta"), Name("光", "hikaru"),
            ], title: "様"),
        women: People(
            givenNames: [
                Name("花子", "hanako"), Name("陽子", "yoko"), Name("美咲", "misaki"), Name("恵", "megumi"),
                Name("さくら", "sakura"),
                Name("由美子", "yumiko"), Name("彩", "aya"), Name("直美", "naomi"), Name("結衣", "yui"), Name("真理子", "mariko"),
                Name("千尋", "chihiro"), Name("葵", "aoi"), Name("久美", "kumi"),
            ], title: "様"),
        familyNames: [
            Name("佐藤", "sato"), Name("鈴木", "suzuki"), Name("高橋", "takahashi"), Name("田中", "tanaka"), Name("伊藤", "ito"),
            Name("渡辺", "watanabe"), Name("山本", "yamamoto"), Name("中村", "nakamura"), Name("小林", "kobayashi"),
            Name("加藤", "kato"), Name("吉田", "yoshida"), Name("山田", "yamada"), Name("佐々木", "sasaki"),
            Name("山口", "yamaguchi"),
            Name("松本", "matsumoto"), Name("井上", "inoue"), Name("木村", "kimura"), Name("林", "hayashi"),
            Name("清水", "shimizu"),
            Name("斎藤", "saito"), Name("齋藤", "saitoh"), Name("森", "mori"), Name("池田", "ikeda"), Name("橋本", "hashimoto"),
            Name("石川", "ishikawa"), Name("長谷川", "hasegawa"), Name("岡田", "okada"), Name("髙田", "takada"),
            Name("﨑山", "sakiyama"),
        ], writesFamilyNameFirst: true,
        jobTitles: ["代表取締役", "購買部長", "営業課長", "主任", "技術部長", "生産管理課長", "係長", "工場長", "担当"],
        departments: ["購買部", "営業部", "技術部", "生産管理部", "総務部", "品質保証部", "情報システム部"],
        firms: [
            Name("株式会社青葉製作所", "aoba"), Name("みなと精機株式会社", "minato"), Name("大和工業株式会社", "yamato"),
            Name("有限会社すみれ商会", "sumire"), Name("北陸電子株式会社", "hokuriku"), Name("瀬戸内造船株式会社", "setouchi"),
            Name("株式会社ひので物流", "hinode"), Name("東雲化学株式会社", "shinonome"), Name("やまびこ食品株式会社", "yamabiko"),
            Name("株式会社ツバメ機械", "tsubame"), Name("さざなみ水産株式会社", "sazanami"), Name("銀河計測株式会社", "ginga"),
        ],
        cities: [
            City("千代田区", "東京都", "100-00##", "3"), City("新宿区", "東京都", "160-00##", "3"),
            City("横浜市西区", "神奈川県", "220-00##", "45"), City("大阪市北区", "大阪府", "530-00##", "6"),
            City("名古屋市中区", "愛知県", "460-00##", "52"), City("札幌市中央区", "北海道", "060-00##", "11"),
            City("福岡市博多区", "福岡県", "812-00##", "92"), City("京都市下京区", "京都府", "600-80##", "75"),
            City("仙台市青葉区", "宮城県", "980-00##", "22"), City("浜松市中央区", "静岡県", "430-00##", "53"),
        ],
        streets: ["丸の内", "本町", "栄", "中央", "駅前", "大手町", "緑町", "桜台", "旭町"], numbersInStreet: true,
        callingCode: "81", localNumber: "5555-0###", mobileNumber: "90-5555-0###")
}
