"""A small country for the tests of areas: every kind of case once, with real names."""

from datetime import date

from jiexu.values.areas import (
    Areas,
    Division,
    Level,
    Pool,
    PoolDefault,
    PoolMap,
    PoolStatus,
    Several,
    make_areas,
)

PROVINCE, PREFECTURE, COUNTY = Level
BEGAN = 1998


def row(line: str, *, successors: str = "", english: str = "") -> Division:
    """``code level name short years pinyin…``; years as 1997- or 1999-2011."""
    code, level, name, short, years, *pinyin = line.split()
    since, until = years.split("-")
    parents = {"省": "", "地": code[:2] + "0000", "县": code[:4] + "00", "直": code[:2] + "0000"}
    return Division(
        code=code,
        name=name,
        short_name=short,
        level={"省": PROVINCE, "地": PREFECTURE}.get(level, COUNTY),
        parent=parents[level],
        from_year=int(since),
        until_year=int(until) if until else None,
        successors=tuple(successors.split()),
        pinyin=" ".join(pinyin),
        english=english,
    )


DIVISIONS = (
    row("110000 省 北京市 北京 1981- bei jing shi"),
    row("110105 直 朝阳区 朝阳 1981- chao yang qu"),
    row("210000 省 辽宁省 辽宁 1981- liao ning sheng"),
    row("211300 地 朝阳市 朝阳 1983- chao yang shi"),
    row("211302 县 双塔区 双塔 1984- shuang ta qu"),
    row("340000 省 安徽省 安徽 1981- an hui sheng"),
    row("340100 地 合肥市 合肥 1981- he fei shi"),
    row("340181 县 巢湖市 巢湖 2011- chao hu shi"),
    row("340200 地 芜湖市 芜湖 1981- wu hu shi"),
    row("340281 县 无为市 无为 2019- wu wei shi"),
    row("340225 县 无为县 无为 2011-2019 wu wei xian", successors="340281"),
    row("341400 地 巢湖市 巢湖 1999-2011 chao hu shi", successors="340100 340200"),
    row("341402 县 居巢区 居巢 1999-2011 ju chao qu", successors="340181"),
    row("341422 县 无为县 无为 1999-2011 wu wei xian", successors="340225"),
    row("410000 省 河南省 河南 1981- he nan sheng"),
    row("410100 地 郑州市 郑州 1981- zheng zhou shi"),
    row("410102 县 中原区 中原 1981- zhong yuan qu"),
    row("411200 地 三门峡市 三门峡 1986- san men xia shi"),
    row("411281 县 义马市 义马 1990- yi ma shi"),
    row("419001 直 义马市 义马 1987-1990 yi ma shi", successors="411281"),
    row("419001 直 济源市 济源 1996- ji yuan shi"),
    row("410190 县 双塔区 双塔 1990-2014 shuang ta qu", successors="410102"),
    row("419002 直 甲市 甲市 1981-1990 jia shi"),
    row("420000 省 湖北省 湖北 1981- hu bei sheng"),
    row("420600 地 襄樊市 襄樊 1981-2010 xiang fan shi", successors="420600"),
    row("420600 地 襄阳市 襄阳 2010- xiang yang shi"),
    row("460000 省 海南省 海南 1988- hai nan sheng"),
    row("460100 地 海口市 海口 1988- hai kou shi"),
    row("530000 省 云南省 云南 1981- yun nan sheng"),
    row("530300 地 曲靖市 曲靖 1997- qu jing shi"),
    row("530302 县 麒麟区 麒麟 1997- qi lin qu"),
    row("530327 县 寻甸回族彝族自治县 寻甸 1997-2004 xun dian hui zu yi zu zi zhi xian", successors="530399"),
    row("533100 地 德宏傣族景颇族自治州 德宏 1981- de hong dai zu jing po zu zi zhi zhou"),
    row("140000 省 山西省 山西 1981- shan xi sheng"),
    row("141100 地 吕梁市 吕梁 2003- lv liang shi"),
    row("610000 省 陕西省 陕西 1981- shan xi sheng", english="Shaanxi"),
    row("610100 地 西安市 西安 1981- xi an shi"),
    row("220000 省 吉林省 吉林 1981- ji lin sheng"),
    row("220403 县 西安区 西安 1981- xi an qu"),
    row("220400 地 辽源市 辽源 1983- liao yuan shi"),
    row("220700 地 松原市 松原 2005- song yuan shi"),
    row("630000 省 青海省 青海 1981- qing hai sheng"),
    row("630100 地 西宁市 西宁 1981- xi ning shi"),
    row("632100 地 海东地区 海东 1981-2013 hai dong di qu", successors="630200"),
    row("630200 地 海东市 海东 2013- hai dong shi"),
    row("650000 省 新疆维吾尔自治区 新疆 1981- xin jiang wei wu er zi zhi qu"),
    row("650100 地 乌鲁木齐市 乌鲁木齐 1981- wu lu mu qi shi", english="Urumqi"),
    row("659001 直 石河子市 石河子 1985- shi he zi shi"),
    row("710000 省 台湾省 台湾 1981- tai wan sheng"),
    # Two rows that name each other as successors: a mistake that must not hang the lookup.
    row("990000 省 甲省 甲省 1981- jia sheng"),
    row("990100 地 环市 环市 1990-2010 huan shi", successors="990200"),
    row("990200 地 回市 回市 1990-2010 hui shi", successors="990100"),
)


def pool(
    code: str, *, status: PoolStatus = PoolStatus.SURE, since: date | None = None, until: date | None = None
) -> Pool:
    """A pool named after its division."""
    division = [row for row in DIVISIONS if row.code == code][-1]
    return Pool(
        code=code, division=code, province=code[:2] + "0000", kind=division.level.value, name=division.name,
        short_name=division.short_name, name_en=division.name_en, source="test", confidence="high", status=status,
        since=since, until=until,
    )  # fmt: skip


def fund(code: str, *, province: str | None, name: str) -> Pool:
    """A pool that GB/T 2260 does not know."""
    return Pool(
        code=code, division=None, province=province, kind="fund", name=name, short_name=name, name_en=name,
        source="test", confidence="low", status=PoolStatus.UNKNOWN, names=(name + "医保",),
    )  # fmt: skip


WHOLE_QINGHAI_FROM = date(2027, 1, 1)
KNOWN = PoolMap(
    began=BEGAN,
    pools=(
        pool("110000"), pool("460000"), pool("410100"), pool("659001", status=PoolStatus.UNKNOWN),
        fund("419900", province="410000", name="河南省直"), fund("660000", province=None, name="兵团"),
        pool("630000", since=WHOLE_QINGHAI_FROM),
    ),
    defaults=(
        PoolDefault(level=PREFECTURE, source="thumb", confidence="medium", status=PoolStatus.ASSUMED),
        PoolDefault(level=COUNTY, source="thumb", confidence="low", status=PoolStatus.ASSUMED),
    ),
    several=(
        Several(pool="410100", also=("419900",), question="which_fund"),
        Several(pool="659001", also=("660000",), question="corps_or_city", since=date(2000, 1, 1)),
    ),
    no_pool=frozenset({"710000"}),
    names_that_ask=frozenset({"朝阳"}),
    other_names=(("秦", "610000"),),
)  # fmt: skip


def small_country() -> Areas:
    return make_areas(divisions=DIVISIONS, known=KNOWN)
