"""How places are read and shortened: used by ``make_areas.py`` only.

``READINGS`` corrects the pinyin library where a place keeps a reading of its own. ``short_name`` cuts the words
that say what kind of division a place is, so that 恩施土家族苗族自治州 is found as 恩施.
"""

from __future__ import annotations

import re

from pypinyin import lazy_pinyin, load_phrases_dict, load_single_dict

READINGS = {
    "重庆": "chong qing", "厦门": "xia men", "六安": "lu an", "六合": "lu he", "蚌埠": "beng bu", "蚌山": "beng shan",
    "亳州": "bo zhou", "亳县": "bo xian", "台州": "tai zhou", "丽水": "li shui", "枞阳": "zong yang",
    "涪陵": "fu ling", "长治": "chang zhi", "长子县": "zhang zi xian", "长子": "zhang zi", "长沙": "chang sha",
    "朝阳": "chao yang", "大埔县": "da bu xian", "大埔": "da bu", "东阿": "dong e", "单县": "shan xian",
    "莘县": "shen xian", "乐亭": "lao ting", "乐陵": "lao ling", "乐清": "yue qing", "井陉": "jing xing",
    "解州": "hai zhou", "番禺": "pan yu", "洪洞": "hong tong", "蔚县": "yu xian", "繁峙": "fan shi",
    "中牟": "zhong mu", "牟平": "mu ping", "牟定": "mou ding", "犍为": "qian wei", "荥阳": "xing yang",
    "荥经": "ying jing", "筠连": "jun lian", "盱眙": "xu yi", "浚县": "xun xian", "尉氏": "wei shi",
    "尉犁": "yu li", "泌阳": "bi yang", "渑池": "mian chi", "黄陂": "huang pi", "汨罗": "mi luo",
    "宕昌": "tan chang", "吴堡": "wu bu", "红寺堡": "hong si bu", "柞水": "zha shui", "大城县": "dai cheng xian",
    "大城": "dai cheng", "行唐": "xing tang", "闵行": "min hang", "珲春": "hun chun", "穆棱": "mu ling",
    "绥棱": "sui leng", "丹棱": "dan leng", "莎车": "sha che", "叶县": "ye xian", "叶城": "ye cheng",
    "叶集": "ye ji", "铅山": "yan shan", "余干": "yu gan", "新干": "xin gan", "婺源": "wu yuan",
    "宿州": "su zhou", "宿松": "su song", "宿迁": "su qian", "宿豫": "su yu", "宿城": "su cheng",
    "宿县": "su xian", "温宿": "wen su", "涡阳": "guo yang", "歙县": "she xian", "黟县": "yi xian",
    "召陵": "shao ling", "南召": "nan zhao", "茌平": "chi ping", "临朐": "lin qu", "鄄城": "juan cheng",
    "芝罘": "zhi fu", "台儿庄": "tai er zhuang", "柏乡": "bai xiang", "桐柏": "tong bai", "万柏林": "wan bai lin",
    "泊头": "bo tou", "稷山": "ji shan", "覃塘": "qin tang", "东莞": "dong guan", "个旧": "ge jiu",
    "漾濞": "yang bi", "綦江": "qi jiang", "句容": "ju rong", "贾汪": "jia wang", "乾安": "qian an",
    "乾县": "qian xian", "邛崃": "qiong lai", "什邡": "shi fang", "乌什": "wu shi", "喀什": "ka shi",
    "克什克腾": "ke shi ke teng", "阿图什": "a tu shi", "阆中": "lang zhong", "郫县": "pi xian", "郫都": "pi du",
    "猇亭": "xiao ting", "秭归": "zi gui", "监利": "jian li", "浠水": "xi shui", "溆浦": "xu pu",
    "酃县": "ling xian", "册亨": "ce heng", "瓮安": "weng an", "勐海": "meng hai", "勐腊": "meng la",
    "石阡": "shi qian", "称多": "cheng duo", "囊谦": "nang qian", "曲靖": "qu jing", "曲阜": "qu fu",
    "叙永": "xu yong", "射洪": "she hong", "射阳": "she yang", "夹江": "jia jiang", "会理": "hui li",
    "会东": "hui dong", "会泽": "hui ze", "会昌": "hui chang", "会同": "hui tong", "会宁": "hui ning",
    "新会": "xin hui", "四会": "si hui", "都昌": "du chang", "都匀": "du yun", "都安": "du an",
    "都江堰": "du jiang yan", "成都": "cheng du", "于都": "yu du", "望都": "wang du", "商都": "shang du",
    "三都": "san du", "宜都": "yi du", "花都": "hua du", "盐都": "yan du", "江都": "jiang du",
    "新都": "xin du", "丰都": "feng du", "昌都": "chang du", "乐都": "le du", "都兰": "du lan",
    "曾都": "zeng du", "殷都": "yin du", "魏都": "wei du", "尧都": "yao du", "益都": "yi du", "于洪": "yu hong",
    "调兵山": "diao bing shan", "宝应": "bao ying", "应县": "ying xian", "应城": "ying cheng", "当涂": "dang tu",
    "当阳": "dang yang", "当雄": "dang xiong", "乌当": "wu dang", "两当": "liang dang",
    "获嘉": "huo jia", "任县": "ren xian", "任丘": "ren qiu", "任城": "ren cheng", "任泽": "ren ze",
    "冠县": "guan xian", "费县": "fei xian", "盖县": "gai xian", "盖州": "gai zhou", "华县": "hua xian",
    "屯溪": "tun xi", "屯留": "tun liu", "洛隆": "luo long", "加查": "jia cha", "卡若": "ka ruo",
    "墨竹工卡": "mo zhu gong ka", "浪卡子": "lang ka zi", "类乌齐": "lei wu qi", "噶尔": "ga er",
    "若羌": "ruo qiang", "若尔盖": "ruo er gai", "且末": "qie mo", "焉耆": "yan qi", "鄯善": "shan shan",
    "伽师": "jia shi", "吐鲁番": "tu lu fan", "和田": "he tian", "和布克赛尔": "he bu ke sai er",
    "疏勒": "shu le", "策勒": "ce le", "弥勒": "mi le", "尼勒克": "ni le ke", "南乐": "nan le",
    "新乐": "xin le", "静乐": "jing le", "民乐": "min le", "康乐": "kang le", "昌乐": "chang le",
    "长乐": "chang le", "平乐": "ping le", "将乐": "jiang le", "博乐": "bo le", "乐山": "le shan",
    "乐平": "le ping", "乐安": "le an", "乐业": "le ye", "乐昌": "le chang", "乐东": "le dong",
    "乐至": "le zhi", "浑源": "hun yuan", "相城": "xiang cheng", "相山": "xiang shan", "坊子": "fang zi",
    "汤原": "tang yuan", "蓟县": "ji xian", "蓟州": "ji zhou", "宝坻": "bao di", "隰县": "xi xian",
    "蠡县": "li xian", "盂县": "yu xian", "栖霞": "qi xia", "百色": "bai se", "色达": "se da", "色尼": "se ni",
    "讷河": "ne he", "勃利": "bo li", "无为": "wu wei", "巴彦淖尔": "ba yan nao er", "堆龙德庆": "dui long de qing",
    "陆丰": "lu feng", "硚口": "qiao kou", "瀍河": "chan he",
    "侯马": "hou ma", "闽侯": "min hou", "沈丘": "shen qiu", "沈阳": "shen yang",
    "峡江": "xia jiang", "大余": "da yu", "澄城": "cheng cheng", "澄迈": "cheng mai", "禅城": "chan cheng",
    "沔阳": "mian yang", "弓长岭": "gong chang ling", "苏尼特": "su ni te", "扎赉特": "zha lai te",
    "漯河": "luo he", "濮阳": "pu yang", "柘城": "zhe cheng", "柘荣": "zhe rong", "巩义": "gong yi",
    "郧县": "yun xian", "洮南": "tao nan", "洮北": "tao bei", "临洮": "lin tao", "鄱阳": "po yang",
    "陕县": "shan xian", "琅琊": "lang ya", "嵊州": "sheng zhou", "嵊泗": "sheng si",
    "通什": "tong za", "镜泊湖": "jing bo hu", "崆峒": "kong tong", "畹町": "wan ding", "龙圩": "long xu",
    "马尾": "ma wei", "汕尾": "shan wei", "子长": "zi chang",
}  # fmt: skip

LETTERS = {"都": "du", "长": "chang", "什": "shi", "佛": "fo", "勒": "le"}
"""Characters whose usual reading in place names is not the one the library tries first."""

ENGLISH = {
    "陕西": "Shaanxi", "内蒙古": "Inner Mongolia", "西藏": "Xizang", "香港": "Hong Kong", "澳门": "Macao",
    "呼和浩特": "Hohhot", "乌鲁木齐": "Urumqi", "拉萨": "Lhasa", "哈尔滨": "Harbin", "喀什": "Kashgar",
    "吐鲁番": "Turpan", "日喀则": "Shigatse", "鄂尔多斯": "Ordos", "呼伦贝尔": "Hulunbuir", "齐齐哈尔": "Qiqihar",
}  # fmt: skip
"""Usual English names where they differ from plain pinyin."""

_PEOPLES = [
    "蒙古族", "回族", "藏族", "维吾尔族", "苗族", "彝族", "壮族", "布依族", "朝鲜族", "满族",
    "侗族", "瑶族", "白族", "土家族", "哈尼族", "哈萨克族", "傣族", "黎族", "傈僳族", "佤族",
    "畲族", "拉祜族", "水族", "东乡族", "纳西族", "景颇族", "柯尔克孜族", "土族", "达斡尔族",
    "仫佬族", "羌族", "布朗族", "撒拉族", "毛南族", "仡佬族", "锡伯族", "普米族", "塔吉克族",
    "怒族", "鄂温克族", "保安族", "裕固族", "独龙族", "鄂伦春族", "各族", "蒙古", "哈萨克",
    "柯尔克孜", "塔吉克", "锡伯", "壮", "回", "维吾尔",
]  # fmt: skip
_PEOPLE_AT_END = re.compile("(?:" + "|".join(sorted(_PEOPLES, key=len, reverse=True)) + ")$")
_AUTONOMOUS = ("自治区", "自治州", "自治县", "自治旗")
_KINDS = (
    *_AUTONOMOUS,
    "特别行政区",
    "省",
    "地区",
    "盟",
    "林区",
    "特区",
    "新区",
    "矿区",
    "市",
    "县",
    "区",
    "旗",
)
_SHORTEST = 2


def short_name(name: str) -> str:
    """The name as people say it: 曲靖市 → 曲靖, 双江拉祜族佤族布朗族傣族自治县 → 双江; 单县 stays 单县."""
    kind = next((word for word in _KINDS if name.endswith(word) and len(name) - len(word) >= _SHORTEST), "")
    stem = name.removesuffix(kind)
    if kind not in _AUTONOMOUS:
        return stem
    while (people := _PEOPLE_AT_END.search(stem)) and people.start() >= _SHORTEST:
        stem = stem[: people.start()]
    # A county named after its only people (东乡族自治县) keeps the people's name without 族.
    return stem.removesuffix("族") if len(stem) > _SHORTEST else stem


def syllables(name: str) -> list[str]:
    """Toneless pinyin, one entry a character; ü is written v, as people type it."""
    return [syllable.replace("ü", "v") for syllable in lazy_pinyin(name, v_to_u=False)]


def learn_readings() -> None:
    """Teach the pinyin library the readings above. Call once before ``syllables``."""
    load_single_dict({ord(character): reading for character, reading in LETTERS.items()})
    load_phrases_dict({place: [[part] for part in reading.split()] for place, reading in READINGS.items()})
