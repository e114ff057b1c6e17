"""Top-level names that make ``example.com`` an address without its scheme.

All country codes, and the general names people meet; not every new one, because ``readme.zip`` is mostly a file.
Source: https://www.iana.org/domains/root/db
"""

from typing import Final

_COUNTRIES: Final = """
ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf
cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg
gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn
kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na
nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh
si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve
vg vi vn vu wf ws ye yt za zm zw
"""
_GENERAL: Final = """
academy aero agency app art asia bar beauty berlin best bike biz blog boutique build business cafe camp capital care
careers cash cat center chat church city cleaning clinic clothing cloud club coach coffee com community company coop
credit dance deals delivery dental design dev digital direct dog edu education email energy events exchange expert
farm fashion finance fit fitness flights florist foundation fun fund fyi gallery games garden gift gifts global gmbh
gold gov green group guide guru health help homes host hotel house info ink int international jobs kitchen law legal
life link live loan lol london love ltd management market marketing media menu mil mobi money museum name net network
news ninja nyc one online org page paris partners parts party pet photo photos pizza plus press pro properties pub
radio recipes rent repair report restaurant reviews rocks run sale school services shoes shop shopping show site ski
social software solutions space sport store stream studio style support surf systems tax taxi team tech technology tel
tennis tickets tips today tokyo tools top tours town toys training travel tube university vacations ventures vet video
villas vip vision vote voyage watch web webcam website wedding wien wiki win wine work works world wtf xxx xyz yoga
zone
"""
_IN_OTHER_SCRIPTS: Final = """
рф бел бг укр срб мкд қаз москва рус сайт онлайн 中国 中國 香港 台湾 台灣 公司 网络 网址 みんな 한국 ไทย ελ
भारत இந்தியா مصر السعودية امارات ایران קום
"""

TOP_LEVEL_NAMES: Final = frozenset(f"{_COUNTRIES} {_GENERAL} {_IN_OTHER_SCRIPTS}".split())
