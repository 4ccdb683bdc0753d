"""Write policy/calendar/<year>.yaml from the chinesecalendar package, one file a year.

The package holds the days of the State Council's yearly notices; the numbers and dates of the notices stand
here, because the package does not carry them. ``--check`` writes nothing and fails where a file on disk says
something else. Add a year: raise LAST, add its notice below, run again, compare with the notice by eye.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import chinese_calendar
from chinese_calendar import constants

FIRST, LAST = 2010, 2026
FOLDER = Path(__file__).resolve().parents[1] / "policy" / "calendar"
PACKAGE = "chinesecalendar 1.11.0"
SECOND_EDITIONS = {2015, 2019, 2020}  # years whose first notice was changed by a second one

NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice: its number, and the day it was made public (None where that was not seen)."""

    number: str
    published: date | None
    title: str


def _yearly(year: int, number: str, published: date | None) -> Notice:
    return Notice(number, published, f"国务院办公厅关于{year}年部分节假日安排的通知")


# Numbers agree in at least two independent public restatements each; days are those of the government site.
NOTICES: dict[int, tuple[Notice, ...]] = {
    2010: (_yearly(2010, "国办发明电〔2009〕27号", date(2009, 12, 8)),),
    2011: (_yearly(2011, "国办发明电〔2010〕40号", date(2010, 12, 10)),),
    2012: (_yearly(2012, "国办发明电〔2011〕45号", date(2011, 12, 6)),),
    2013: (_yearly(2013, "国办发明电〔2012〕33号", date(2012, 12, 8)),),
    2014: (_yearly(2014, "国办发明电〔2013〕28号", date(2013, 12, 11)),),
    2015: (
        _yearly(2015, "国办发明电〔2014〕28号", date(2014, 12, 16)),
        Notice(
            "国发明电〔2015〕1号",
            None,
            "关于中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日调休放假的通知",
        ),
    ),
    2016: (_yearly(2016, "国办发明电〔2015〕18号", date(2015, 12, 10)),),
    2017: (_yearly(2017, "国办发明电〔2016〕17号", date(2016, 12, 1)),),
    2018: (_yearly(2018, "国办发明电〔2017〕12号", date(2017, 11, 30)),),
    2019: (
        _yearly(2019, "国办发明电〔2018〕15号", date(2018, 12, 6)),
        Notice("国办发明电〔2019〕3号", None, "国务院办公厅关于调整2019年劳动节假期安排的通知"),
    ),
    2020: (
        _yearly(2020, "国办发明电〔2019〕16号", date(2019, 11, 21)),
        Notice("国办发明电〔2020〕1号", None, "国务院办公厅关于延长2020年春节假期的通知"),
    ),
    2021: (_yearly(2021, "国办发明电〔2020〕27号", date(2020, 11, 25)),),
    2022: (_yearly(2022, "国办发明电〔2021〕11号", date(2021, 10, 25)),),
    2023: (_yearly(2023, "国办发明电〔2022〕16号", date(2022, 12, 8)),),
    2024: (_yearly(2024, "国办发明电〔2023〕7号", date(2023, 10, 25)),),
    2025: (_yearly(2025, "国办发明电〔2024〕12号", date(2024, 11, 12)),),
    2026: (_yearly(2026, "国办发明电〔2025〕7号", date(2025, 11, 4)),),
}

# The operative sentences, where the text was seen; the data below them stand in the same order.
TEXTS: dict[int, tuple[str, ...]] = {
    2011: (
        "元旦：1月1日至3日放假公休，共3天。",
        "春节：2月2日（农历除夕）至8日放假调休，共7天。1月30日（星期日）、2月12日（星期六）上班。",
        "清明节：4月3日至5日放假调休，共3天。4月2日（星期六）上班。",
        "劳动节：4月30日至5月2日放假公休，共3天。",
        "端午节：6月4日至6日放假公休，共3天。",
        "中秋节：9月10日至12日放假公休，共3天。",
        "国庆节：10月1日至7日放假调休，共7天。10月8日（星期六）、10月9日（星期日）上班。",
    ),
    2012: (
        "元旦：2012年1月1日至3日放假调休，共3天。2011年12月31日（星期六）上班。",
        "春节：1月22日至28日放假调休，共7天。1月21日（星期六）、1月29日（星期日）上班。",
        "清明节：4月2日至4日放假调休，共3天。3月31日（星期六）、4月1日（星期日）上班。",
        "劳动节：4月29日至5月1日放假调休，共3天。4月28日（星期六）上班。",
        "端午节：6月22日至24日放假公休，共3天。",
        "中秋节、国庆节：9月30日至10月7日放假调休，共8天。9月29日（星期六）上班。",
    ),
    2026: (
        "元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。",
        "春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。",
        "清明节：4月4日（周六）至6日（周一）放假，共3天。",
        "劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。",
        "端午节：6月19日（周五）至21日（周日）放假，共3天。",
        "中秋节：9月25日（周五）至27日（周日）放假，共3天。",
        "国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。",
    ),
}


def _of_year(days: dict[date, str], year: int) -> list[tuple[date, str]]:
    return sorted((day, name) for day, name in days.items() if day.year == year)


def _rows(days: Iterable[tuple[date, str]]) -> list[str]:
    return [f"  - {{day: {day.isoformat()}, holiday: {NAMES[str(name)]}}}" for day, name in days] or ["  []"]


def _notice_lines(notice: Notice) -> list[str]:
    published = notice.published.isoformat() if notice.published else "null"
    return [f"  - number: {notice.number}", f"    published: {published}", f"    title: {notice.title}"]


def render(year: int) -> str:
    """The whole text of one year's file."""
    edition = 2 if year in SECOND_EDITIONS else 1
    text = [f"  - {sentence}" for sentence in TEXTS.get(year, ())]
    lines = [
        "# Days off and weekend days worked, by calendar day. Written by tools/make_calendar.py.",
        f"year: {year}",
        f'version: "{year}.{edition}"',
        f"taken_from: {PACKAGE}",
        "notices:",
        *[line for notice in NOTICES[year] for line in _notice_lines(notice)],
        "# The operative sentences of the notice; empty where the wording was not at hand.",
        *(["text:", *text] if text else ["text: []"]),
        "holidays:",
        *_rows(_of_year(constants.holidays, year)),
        "make_up_working_days:",
        *_rows(_of_year(constants.workdays, year)),
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write or check every year; the number of files that differ is the exit code's reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file differs")
    check = parser.parse_args().check
    differing = []
    for year in range(FIRST, LAST + 1):
        file, text = FOLDER / f"{year}.yaml", render(year)
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            differing.append(file.name)
            if not check:
                file.write_text(text, encoding="utf-8")
    verb = "differ from" if check else "written from"
    print(
        f"{len(differing)} of {LAST - FIRST + 1} files {verb} {chinese_calendar.__name__}: {', '.join(differing)}"
    )
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
