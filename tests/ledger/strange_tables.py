"""Small broken and foreign tables as strangers bring them, each with what must be said or read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["TABLES", "Strange"]

H = "quantity,source,value,on\n"


@dataclass(frozen=True)
class Strange:
    """A file, how it is read, and what must come of it.

    `says`: the problems, each a line (None: of the table) and words in it. `reads`: of each claim
    quantity, source, lower, upper and period. `warns`: words of the ledger's warnings.
    """

    name: str
    content: str | bytes
    file: str = "t.csv"
    options: dict[str, Any] = field(default_factory=dict)
    says: tuple[tuple[int | None, str], ...] = ()
    reads: tuple[tuple[str, str, float, float, str], ...] = ()
    warns: tuple[str, ...] = ()


INF = float("inf")
DAY = "2024-03-01"


def one(lower: float = 30, upper: float | None = None, period: str = DAY) -> Any:
    """The claim that most tables hold: `lower` to `upper` dead, says the town."""
    return (("dead", "town", lower, lower if upper is None else upper, period),)


def row(value: str, on: str = DAY) -> str:
    return f"{H}dead,town,{value},{on}\n"


def s(name: str, content: str | bytes, *says: tuple[int | None, str], **more: Any) -> Strange:
    return Strange(name, content, says=says, **more)


READING = [
    s("plain", row("30"), reads=one()),
    s("semicolons", row("30").replace(",", ";"), reads=one(), warns=("semicolon",)),
    s("tabs in .csv", row("30").replace(",", "\t"), reads=one(), warns=("a tab",)),
    s("tabs in .tsv", row("30").replace(",", "\t"), file="t.tsv", reads=one()),
    s("bars", row("30").replace(",", "|"), reads=one(), warns=("a bar",)),
    s("BOM", "\ufeff" + row("30"), reads=one()),
    s("UTF-16", row("30").encode("utf-16"), reads=one(), warns=("UTF-16",)),
    s("UTF-16 without mark", row("30").encode("utf-16-le"), reads=one(), warns=("UTF-16",)),
    s(
        "Latin-1",
        (row("30") + "tués,Mairie,4,2024-03-02\n").encode("latin-1"),
        reads=(*one(), ("tués", "Mairie", 4, 4, "2024-03-02")),
        warns=("Windows-1252",),
    ),
    s("blank lines count", f"{H}\n\ndead,town,x,{DAY}\n", (4, "a number")),
    s("CRLF", row("30").replace("\n", "\r\n"), reads=one()),
    s("old Mac lines", row("30").replace("\n", "\r"), reads=one()),
    s(
        "line ends in cells",
        f'{H}"dead","town\nhall",30,{DAY}\ndead,town,-1,{DAY}\n',
        (4, "0 or more"),
    ),
    s(
        "title above",
        "Deaths in the flood\n\n" + row("30"),
        reads=one(),
        warns=("above the header",),
    ),
    s("header again", row("30") + H, reads=one(), warns=("repeated header",)),
    s("trailing commas", f"quantity,source,value,on,,\ndead,town,30,{DAY},,\n", reads=one()),
    s("thousands unquoted", row("1,038"), (2, "is 1,038 one number?")),
    s("a cell too few", f"{H}dead,town,30\ndead,town,31,{DAY}\n", (2, "4 cells")),
    s(
        "a row too long hides none",
        f"{H}dead,town,30,{DAY},x\ndead,town,x,{DAY}\n",
        (2, "4 cells"),
        (3, "a number"),
    ),
    s("quote never closed", f'{H}dead,"town,30,{DAY}\n', (2, "every quote closed")),
    s(
        "a doubled column",
        f"quantity,source,value,value,on\ndead,town,1,2,{DAY}\n",
        (1, "one column"),
    ),
    s("no row", H, (None, "at least one claim")),
    s("empty", "", (None, "a header line")),
    s("a PDF", b"%PDF-1.4 ...", (None, "save its table as CSV")),
    s("HTML", "<html><table></table></html>", (None, "reconcile extract")),
    s("old Excel", b"\xd0\xcf\x11\xe0" + b"\0" * 600, (None, "save it as .xlsx")),
    s("zero bytes", b"quantity,\0\0\0\0source\n\xff", (None, "not text")),
    s("gzip", __import__("gzip").compress(row("30").encode()), file="t.csv.gz", reads=one()),
    s("broken gzip", b"\x1f\x8b123", (None, "gzip"), file="t.csv.gz"),
    s("an Excel file that is none", "x", (None, ".xlsx"), file="t.xlsx"),
    s(
        "JSON array",
        f'[{{"quantity":"dead","source":"town","value":30,"on":"{DAY}"}}]',
        file="t.json",
        reads=one(),
    ),
    s(
        "JSON in data",
        f'{{"data":[{{"quantity":"dead","source":"town","value":"30","on":"{DAY}"}}]}}',
        file="t.json",
        reads=one(),
    ),
    s(
        "JSON of columns",
        f'{{"quantity":["dead"],"source":["town"],"value":[30],"on":["{DAY}"]}}',
        file="t.json",
        reads=one(),
    ),
    s(
        "JSON rows",
        f'[["quantity","source","value","on"],["dead","town",30,"{DAY}"]]',
        file="t.json",
        reads=one(),
    ),
    s(
        "JSON lines in .json",
        f'{{"quantity":"dead","source":"town","value":30,"on":"{DAY}"}}\n'
        f'{{"quantity":"dead","source":"town","value":31,"on":"2024-03-02"}}\n',
        file="t.json",
        reads=(*one(), ("dead", "town", 31, 31, "2024-03-02")),
    ),
    s(
        "a JSON key twice",
        '{"quantity":"a","quantity":"b"}\n',
        (1, "a JSON object"),
        file="t.jsonl",
    ),
    s("JSON too deep", "[" * 100_000, (None, "nested"), file="t.json"),
    s("JSON of numbers", "[1, 2]", (1, "an object"), (2, "an object"), file="t.json"),
    s(
        "JSON with NaN",
        '[{"quantity":"dead","source":"town","value":NaN,"on":"2024-03-01"}]',
        (None, "an empty cell: line 1"),
        file="t.json",
    ),
]

COLUMNS = [
    s(
        "date",
        f"quantity,source,value,date\ndead,town,30,{DAY}\n",
        reads=one(),
        warns=("'date' as on",),
    ),
    s("Date in capitals", f"Quantity,Source,Value,Date\ndead,town,30,{DAY}\n", reads=one()),
    s(
        "event_date asked",
        f"quantity,source,value,event_date\ndead,town,30,{DAY}\n",
        (None, "--columns on=event_date"),
    ),
    s(
        "event_date told",
        f"quantity,source,value,event_date\ndead,town,30,{DAY}\n",
        options={"columns": {"event_date": "on"}},
        reads=one(),
    ),
    s(
        "told the other way",
        f"quantity,source,value,event_date\ndead,town,30,{DAY}\n",
        options={"columns": {"on": "event_date"}},
        reads=one(),
    ),
    s(
        "report_date alone",
        f"quantity,source,value,report_date\ndead,town,30,{DAY}\n",
        (None, "--columns on=report_date"),
    ),
    s("no date", "quantity,source,value\ndead,town,30\n", (None, "no column 'on'")),
    s("a gap for a date", f"{H}dead,town,30,\ndead,town,31,{DAY}\n", (2, "a day (on)")),
    s(
        "no date, constant",
        "quantity,source,value,quantity_kind\nsquad,town,8,constant\n",
        reads=(("squad", "town", 8, 8, "1970-01-01"),),
    ),
    s("no source", f"quantity,value,on\ndead,30,{DAY}\n", (None, "--columns source==")),
    s(
        "publisher asked",
        f"quantity,publisher,value,on\ndead,town,30,{DAY}\n",
        (None, "--columns source=publisher"),
    ),
    s(
        "source for all",
        f"quantity,value,on\ndead,30,{DAY}\n",
        options={"columns": {"source": "=town"}},
        reads=one(),
    ),
    s("no quantity", f"source,value,on\ntown,30,{DAY}\n", (None, "--columns quantity==deaths")),
    s(
        "value misspelt",
        f"quantity,source,vlue,on\ndead,town,30,{DAY}\n",
        (None, "--columns value=vlue"),
    ),
    s(
        "source misspelt",
        f"quantity,sorce,value,on\ndead,town,30,{DAY}\n",
        (None, "did you mean 'sorce'"),
    ),
    s(
        "two for value",
        f"quantity,source,count,figure,on\ndead,town,3,4,{DAY}\n",
        (None, "say which"),
    ),
    s(
        "ignored and named",
        f"quantity,source,value,on,colour\ndead,town,30,{DAY},red\n",
        reads=one(),
        warns=("'colour'",),
    ),
    s(
        "a stray count",
        f"quantity,source,value,on,injured\ndead,town,30,{DAY},9\n",
        (None, "ignore=injured"),
    ),
    s(
        "a stray count ignored",
        f"quantity,source,value,on,injured\ndead,town,30,{DAY},9\n",
        options={"columns": {"injured": "ignore"}},
        reads=one(),
        warns=("ignored as asked",),
    ),
    s(
        "year month day",
        "quantity,source,value,year,month,day\ndead,town,30,2024,3,1\n",
        reads=one(),
    ),
    s(
        "a flow",
        f"quantity,source,value,during\ndead,town,30,{DAY}\n",
        reads=one(period=f"{DAY} to {DAY}"),
    ),
    s(
        "start and end",
        "quantity,source,value,start_date,end_date\ndead,town,30,2024-03-01,2024-03-05\n",
        reads=one(period="2024-03-01 to 2024-03-05"),
    ),
    s("both on and window", f"{H[:-1]},during_start\ndead,town,3,{DAY},{DAY}\n", (2, "not both")),
    s(
        "wide, quantities",
        f"date,source,killed,injured\n{DAY},town,30,\n",
        reads=(("killed", "town", 30, 30, DAY),),
        warns=("1 empty cell",),
    ),
    s(
        "wide, sources",
        f"date,quantity,MoD,UN\n{DAY},dead,30,40\n",
        reads=(("dead", "MoD", 30, 30, DAY), ("dead", "UN", 40, 40, DAY)),
    ),
    s(
        "wide, days",
        "quantity,source,3/1/24,3/2/24,3/13/24\ndead,town,3,4,9\n",
        reads=(
            ("dead", "town", 3, 3, DAY),
            ("dead", "town", 4, 4, "2024-03-02"),
            ("dead", "town", 9, 9, "2024-03-13"),
        ),
    ),
    s("wide, neither told", f"date,MoD,UN\n{DAY},30,40\n", (None, "each a source: --columns")),
    s(
        "wide, sources told",
        f"date,MoD,UN\n{DAY},30,40\n",
        options={"columns": {"source": ["MoD", "UN"], "quantity": "=dead"}},
        reads=(("dead", "MoD", 30, 30, DAY), ("dead", "UN", 40, 40, DAY)),
    ),
    s(
        "places",
        f"quantity,source,value,on,country\ndead,town,3,{DAY},Mali\ndead,town,4,{DAY},Chad\n",
        reads=(("dead-mali", "town", 3, 3, DAY), ("dead-chad", "town", 4, 4, DAY)),
        warns=("each place",),
    ),
    s(
        "a place of the source",
        f"quantity,source,value,on,country\ndead,a,3,{DAY},US\ndead,b,4,{DAY},GB\n",
        (None, "place=country"),
    ),
    s("kind by column", f"{H[:-1]},quantity_kind\ndead,town,30,{DAY},Stock\n", reads=one()),
    s(
        "no such kind",
        f"{H[:-1]},quantity_kind\ndead,town,30,{DAY},flow\n",
        (2, "cumulative, total"),
    ),
    s("no such scale", f"{H[:-1]},scale\ndead,town,30,{DAY},foo\n", (2, "log, linear")),
    s(
        "two kinds",
        f"{H[:-1]},quantity_kind\ndead,town,3,{DAY},stock\ndead,town,3,{DAY},total\n",
        (3, "stock as before"),
    ),
    s("closed is a day", f"{H[:-1]},closed,delay\ndead,town,30,{DAY},2024-03-01,2\n", reads=one()),
    s("a report's id", f"{H[:-1]},report\ndead,town,30,{DAY},AFP-7\n", reads=one()),
    s("flags", f"{H[:-1]},minimum,maximum\ndead,town,30,{DAY},1,0\n", reads=one(30, INF)),
    s(
        "minimum as number",
        f"quantity,source,minimum,maximum,on\ndead,town,30,40,{DAY}\n",
        reads=one(30, 40),
    ),
    s("a column not there", row("3"), file="t.csv", options={"columns": {"dat": "on"}}),
]

DATES = [
    s("DMY", f"{H}dead,town,30,13/05/2026\n", reads=one(period="2026-05-13"), warns=("DMY",)),
    s("MDY", f"{H}dead,town,30,05/13/2026\n", reads=one(period="2026-05-13"), warns=("MDY",)),
    s(
        "two ways",
        f"{H}dead,town,30,03/05/2026\n",
        (None, "3 May 2026 (DMY) or 5 March 2026 (MDY)"),
    ),
    s(
        "two ways, told",
        f"{H}dead,town,30,03/05/2026\n",
        options={"dates": "DMY"},
        reads=one(period="2026-05-03"),
    ),
    s("points", f"{H}dead,town,30,13.05.2026\n", reads=one(period="2026-05-13")),
    s("words", f"{H}dead,town,30,10 May 2026\n", reads=one(period="2026-05-10")),
    s("American words", f'{H}dead,town,30,"May 10, 2026"\n', reads=one(period="2026-05-10")),
    s("Excel days", f"{H}dead,town,30,46152\n", reads=one(period="2026-05-10"), warns=("Excel",)),
    s("eight digits", f"{H}dead,town,30,20260510\n", reads=one(period="2026-05-10")),
    s("ISO week", f"{H}dead,town,30,2026-W19\n", reads=one(period="2026-05-04/2026-05-10")),
    s(
        "a time of day",
        f"{H}dead,town,30,2026-05-10T23:30:00-05:00\n",
        reads=one(period="2026-05-10"),
    ),
    s(
        "beyond the calendar",
        f"{H}dead,town,30,0001-01-01T00:00:00+14:00\n",
        reads=one(period="0001-01-01"),
    ),
    s(
        "two formats mixed",
        f"{H}dead,town,30,2026-05-10\ndead,town,31,13/05/2026\n",
        (3, "did you mean --dates DMY?"),
    ),
    s("no such day", f"{H}dead,town,30,2026-02-30\n", (2, "a date")),
    s(
        "a slip of the year",
        H
        + "".join(
            f"dead,town,{i},{y}-03-0{i}\n" for i, y in enumerate((2024, 2024, 220, 2024), start=1)
        ).replace(",220-", ",0220-"),
        (4, "0220-03-03"),
    ),
    s(
        "day zero",
        f"{H}dead,town,1,2024-03-01\ndead,town,2,2024-03-02\ndead,town,3,1900-01-01\n",
        (4, "--dates far"),
    ),
    s(
        "in the future",
        f"{H}dead,town,1,2024-03-01\ndead,town,2,2024-03-02\ndead,town,3,2202-03-03\n",
        (4, "2202-03-03"),
    ),
    s(
        "far and meant",
        f"{H}dead,town,1,1900-03-01\ndead,town,2,2024-03-02\ndead,town,3,2024-03-03\n",
        options={"dates": "far"},
        reads=(
            ("dead", "town", 1, 1, "1900-03-01"),
            ("dead", "town", 2, 2, "2024-03-02"),
            ("dead", "town", 3, 3, "2024-03-03"),
        ),
        warns=("far from",),
    ),
]

NUMBERS = [
    s("thousands quoted", row('"1,038"'), reads=one(1038), warns=("between thousands",)),
    s("a point: fraction or thousands", row("1.038"), (2, "1.038 or 1,038")),
    s("a point, told", row("1.038"), options={"decimal": ","}, reads=one(1038)),
    s("a point, told otherwise", row("1.038"), options={"decimal": "."}, reads=one(1.038)),
    s(
        "points twice",
        f"{H}dead,town,1.038,{DAY}\ndead,town,12.345.678,{DAY}\n",
        reads=(*one(1038), *one(12345678)),
        warns=("decimal mark",),
    ),
    s(
        "a comma before one digit",
        f"{H[:-1]}\n".replace(",", ";") + f"dead;town;3,5;{DAY}\n",
        (2, "a fraction in a column of counts"),
    ),
    s(
        "a comma in a share",
        f"quantity;source;value;on;scale\nv;p;0,52;{DAY};logit\n",
        reads=(("v", "p", 0.52, 0.52, DAY),),
    ),
    s("blanks between", row("12 000"), reads=one(12000)),
    s("Swiss", row("12’000"), reads=one(12000)),
    s("Indian", row('"1,00,000"'), reads=one(100000)),
    s("less than", row("<5"), reads=one(-INF, 5), warns=("read as words",)),
    s("plus", row("12+"), reads=one(12, INF)),
    s("a range", row("10–15"), reads=one(10, 15)),
    s("a footnote", row("30[3]"), reads=one(30)),
    s("n/a", row("n/a") + f"dead,town,30,{DAY}\n", reads=one(), warns=("line 2", "n/a")),
    s("unknown", row("unknown") + f"dead,town,30,{DAY}\n", reads=one(), warns=("set aside",)),
    s("a dash", row("-") + f"dead,town,30,{DAY}\n", reads=one(), warns=("a dash",)),
    s("nothing but n/a", row("n/a"), (None, "at least one claim")),
    s("an empty value", row(""), (None, "an empty cell: line 2")),
    s("inf", row("inf"), (2, "a number")),
    s("nan", row("nan"), (None, "an empty cell: line 2")),
    s("310 digits", row("9" * 310), (2, "a number")),
    s("a word without number", row("many"), (2, "a number")),
    s("negative", row("-5"), (2, "0 or more")),
    s(
        "percent",
        f"{H[:-1]},scale\nv,p,52,{DAY},logit\nv,q,48,{DAY},logit\n",
        reads=(("v", "p", 0.52, 0.52, DAY), ("v", "q", 0.48, 0.48, DAY)),
        warns=("percent",),
    ),
    s(
        "percent and shares",
        f"{H[:-1]},scale\nv,p,52,{DAY},logit\nv,q,0.48,{DAY},logit\n",
        (2, "a share from 0 to 1"),
    ),
    s("a share below 0", f"{H[:-1]},scale\nv,p,-1,{DAY},logit\n", (2, "a share from 0 to 1")),
    s(
        "words and value agree",
        f"quantity,source,phrase,value,on\ndead,town,at least 30,30,{DAY}\n",
        reads=one(30, INF),
    ),
    s(
        "words and value differ",
        f"quantity,source,phrase,value,on\ndead,town,at least 30,35,{DAY}\n",
        (2, "'at least 30', 30"),
    ),
    s(
        "a dozen of them",
        f"quantity,source,phrase,value,on\ndead,town,dozens,40,{DAY}\n",
        reads=one(24, 99),
    ),
    s(
        "low best high",
        f"quantity,source,low,best,high,on\ndead,town,10,30,90,{DAY}\n",
        reads=one(10, 90),
    ),
    s(
        "low above high",
        f"quantity,source,low,high,on\ndead,town,90,10,{DAY}\n",
        (2, "lower of at most"),
    ),
    s(
        "best outside",
        f"quantity,source,low,best,high,on\ndead,town,10,100,90,{DAY}\n",
        (2, "within its bounds"),
    ),
    s(
        "a level",
        f"quantity,source,low,best,high,level,on\ndead,town,10,30,90,95,{DAY}\n",
        reads=one(10, 90),
    ),
    s(
        "a level that is none",
        f"quantity,source,low,high,level,on\ndead,town,10,90,2000,{DAY}\n",
        (2, "a probability"),
    ),
    s(
        "several in a cell",
        f'quantity,source,phrase,on\ndead,town,"47 (official), 1,000+ (opposition)",{DAY}\n',
        reads=(("dead", "official", 47, 47, DAY), ("dead", "opposition", 1000, INF, DAY)),
    ),
    s(
        "long ids",
        f"id,{H}1234567890123456789,dead,town,1,{DAY}\n1234567890123456788,dead,town,1,{DAY}\n".replace(
            "id,quantity", "id,quantity"
        ),
        reads=(*one(1), *one(1)),
    ),
]

MORE = [
    s(
        "new and total",
        f"date,source,new_deaths,total_deaths\n{DAY},town,3,30\n",
        reads=(("deaths", "town", 3, 3, f"{DAY} to {DAY}"), ("deaths", "town", 30, 30, DAY)),
        warns=("a flow",),
    ),
    s(
        "min and max columns",
        f"date,source,killed_min,killed_max,injured\n{DAY},town,10,20,5\n",
        reads=(("injured", "town", 5, 5, DAY), ("killed", "town", 10, 20, DAY)),
    ),
    s("no header", f"{DAY},town,30\n2024-03-02,town,31\n", (1, "a header line that names")),
    s("two numbers in a cell", row('"30, 40"'), (2, "a number")),
    s(
        "nothing bounded",
        f"quantity,source,lower,upper,on\ndead,town,-inf,inf,{DAY}\n",
        (2, "a bound on one side"),
    ),
    s(
        "seconds since 1970 asked",
        "quantity,source,value,timestamp\ndead,town,30,1709290000\n",
        (None, "--columns on=timestamp"),
    ),
    s("a total below the rows", row("30") + "total,,30,\n", reads=one(), warns=("rows of sums",)),
]

PUBLIC = [
    s(
        "UCDP",
        "id,country,date_start,date_end,low,best,high\n1,Mali,2024-03-01,2024-03-01,10,10,12\n"
        "2,Mali,2024-03-01,2024-03-01,20,20,22\n3,Mali,2024-03-01,2024-03-01,30,30,32\n",
        reads=(("deaths-mali", "ucdp", 60, 60 + 12**0.5, f"{DAY} to {DAY}"),),
        warns=("UCDP", "independent"),
    ),
    s(
        "UCDP, broken rows",
        "id,country,date_start,date_end,low,best,high\n1,Mali,x,2024-03-01,1,1,1\n"
        "2,Mali,2024-03-01,2024-03-01,5,1,2\n2,Mali,2024-03-01,2024-03-01,1,1,2\n3,Mali,2024-03-02,2024-03-02,,,\n",
        (2, "a day"),
        (3, "from low to high"),
        (5, "a number"),
    ),
    s(
        "ACLED",
        "event_id_cnty,event_date,country,admin1,fatalities\nA1,01 March 2024,Mali,Gao,3\n"
        "A2,01 March 2024,Mali,Mopti,4\n",
        options={"by": "admin1"},
        reads=(
            ("fatalities-gao", "acled", 3, 3, f"{DAY} to {DAY}"),
            ("fatalities-mopti", "acled", 4, 4, f"{DAY} to {DAY}"),
        ),
    ),
    s("by without events", row("3"), options={"by": "country"}),
    s(
        "OWID",
        "Entity,Code,Year,Deaths\nChad,TCD,2020,5\nChad,TCD,2021,3\n",
        reads=(
            ("deaths-chad", "owid", 5, 5, "2020-01-01/2020-12-31"),
            ("deaths-chad", "owid", 3, 3, "2021-01-01/2021-12-31"),
        ),
        warns=("(stock)",),
    ),
    s(
        "OWID, long",
        f"entity,date,value\nChad,{DAY},5\n",
        reads=(("value-chad", "owid", 5, 5, DAY),),
    ),
    s(
        "HXL",
        f"Date,Dead,Hurt,Who\n#date,#affected+killed,#affected+injured,#meta+source\n{DAY},3,4,OCHA\n",
        reads=(("killed", "OCHA", 3, 3, DAY), ("injured", "OCHA", 4, 4, DAY)),
        warns=("HXL",),
    ),
    s(
        "hubverse",
        "model_id,reference_date,target,horizon,location,target_end_date,output_type,output_type_id,value\n"
        "m,2024-03-02,wk inc flu hosp,1,US,2024-03-09,quantile,0.05,10\n"
        "m,2024-03-02,wk inc flu hosp,1,US,2024-03-09,quantile,0.5,20\n"
        "m,2024-03-02,wk inc flu hosp,1,US,2024-03-09,quantile,0.95,40\n",
        reads=(("wk-inc-flu-hosp-US", "m", 10, 40, "2024-03-03 to 2024-03-09"),),
        warns=("hubverse",),
    ),
    s(
        "Wikipedia",
        'Date,Killed,Injured,Source,Notes\n"1 March 2024",12–15[3],30+,Reuters,x\n'
        '"2 March 2024",unknown,"1,200",AFP,y\n',
        reads=(
            ("killed", "Reuters", 12, 15, DAY),
            ("injured", "Reuters", 30, INF, DAY),
            ("injured", "AFP", 1200, 1200, "2024-03-02"),
        ),
        warns=("set aside", "month in words"),
    ),
    s("Wikipedia without source", f"Date,Deaths,Ref\n{DAY},12,[1]\n", (None, "source")),
]

TABLES: list[Strange] = [*READING, *COLUMNS, *DATES, *NUMBERS, *MORE, *PUBLIC]
