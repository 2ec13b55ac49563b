# SPDX-License-Identifier: Apache-2.0
"""Invents holders of identity cards: names of several kinds, addresses, numbers that nobody has.

A number's region is a whole province (110000, 320000 ...): no person's number begins so. Its check digit is right.
"""

from dataclasses import dataclass

SURNAMES = list(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫" "段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
) + [
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "皇甫",
    "尉迟",
]
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文斌宇浩然子轩梓涵欣怡雨泽嘉豪思远晨曦若彤诗琪俊熙博雅佳慧婷婉清墨翰林森鑫淼焱垚喆煜烨炜琳瑶琪"
    "璇瑾瑜璐莹萱蕊薇蔓芷芸苒荣茜菲蓉蕾翊翔翎羽彦彬彰影忆恒悦惠愉慕懿承振捷揽擎攀政效敬旭昊昕昱晖晗晟晴晶智暄朗望朔柏栋桐梦楠楷榕槿歆毅沐沛泓洁津浚涵淇淳渊渝湘源溪"
    "滢潇澄澜灏炎炳焕熠爽牧玥珂珊珺理琛琦睿硕祎祺禹稚穆立竣笑筠素紫纯绍维绮罡羿聪肇致舒良艺芃茂茹"
)
LOOK_ALIKES = (
    "末未 己已 已巳 士土 天夭 日曰 千干 千于 人入 大太 王玉 王壬 田由 由甲 申甲 冶治 晴睛 清请 侯候 辛幸 洁浩 沐沭 泪汩 曰日 季李 徒徙 戊戌 戌戍 茜苒 免兔 乌鸟 "
    "今令 代伐 刀力 壁璧 拔拨 折拆 析折 竞竟 竟意 晋普 旦且 住佳 往住 恒桓 宣宜 贝见 历厉 圆园 怡恰 彬杉 祺棋 瑾谨 俊浚 琪淇 颖颍 柏伯 师帅 荼茶 崇祟 "
    "暧暖 杨扬 冼洗 芊竽 芸云 昊吴 昱显 妍研 炜伟 垚尧 钰珏 汐夕 沄云 宇字 洋详 傅博 傅传 祁祈 于干 母毋"
).split()
MINORITY_NAMES = (
    "古丽米热·艾力 阿依古丽·买买提 迪丽努尔·阿不都热合曼 努尔艾力·吐尔逊 叶尔波力·哈力克 热依拉·吐尔洪 帕提古丽·依明 艾合买提·玉素甫 扎西·多吉 麦麦提江·图尔荪 " "古丽娜尔·热合木 买合木提江·阿布都热西提"
).split()
RARE_CHARACTERS = "𬱖𬭎𫖯𬀩𬍛𬘭𬬭𨱇𬭳𬸪𫍯𫘧𠅤𡈼㛃㙉䶮䲟𬣞𬴃𬤊𤩽𣗋㵾"
ETHNIC_GROUPS = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 "
    "锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
).split()
PROVINCE_CODES = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65".split()
PROVINCES = ["样本省", "示例省", "测试自治区"]
CITIES = ["青石", "云溪", "南岭", "柳河", "东湖", "锦江", "白沙", "长桥"]
DISTRICTS = ["鼓楼", "新城", "西陵", "江夏", "海珠", "五华", "天桥", "雁塔"]
STREETS = ["幸福", "解放", "长江", "建设", "学府", "桃花源", "梧桐", "凤凰"]
ESTATES = ["阳光花园", "河海大学", "翠竹苑", "金域蓝湾"]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999


@dataclass
class Person:
    name: str
    sex: str
    ethnic: str
    birth: str  # As printed, YYYY-MM-DD; the number says another one on a tampered card.
    address: str
    number: str
    authority: str
    validity: str


def check_digit(first17):
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS)) % 11]


def ordinary_name(rng):
    surname = rng.choice(SURNAMES)
    return surname + "".join(rng.choice(GIVEN) for _ in range(rng.choice([1, 2, 2, 2])))


def rare_name(rng):
    surname = rng.choice(SURNAMES)
    alone = rng.choice(RARE_CHARACTERS)
    before = rng.choice(RARE_CHARACTERS) + rng.choice(GIVEN)
    behind = rng.choice(GIVEN) + rng.choice(RARE_CHARACTERS)
    return surname + rng.choice([alone, before, behind])


def look_alike_name(rng):
    name = rng.choice(SURNAMES) + rng.choice(rng.choice(LOOK_ALIKES))
    return name + (rng.choice(GIVEN) if rng.random() < 0.7 else "")


def address_of(rng, place, kind):
    street = rng.choice(STREETS) + rng.choice(["路", "街", "大道", "巷"]) + f"{rng.randint(1, 399)}号"
    form = rng.choice(["village", "street", "flat"]) if kind != "long" else "flat"
    if form == "village":
        return place[: rng.choice([7, 8])] + f"红星村{rng.randint(1, 60)}组"
    if form == "street":
        return place + street
    estate = rng.choice(ESTATES)
    return place + street + estate + f"{rng.randint(1, 40)}幢{rng.randint(1, 4)}单元{rng.randint(101, 1806)}室"


def invent(rng, kind=""):
    """A person whose card shows the kind: minority, rare, similar, long, expired, longterm, tampered, residence."""
    sex = rng.choice("男女")
    year, month, day = rng.randint(1994, 2007), rng.randint(1, 12), rng.randint(1, 28)
    region = rng.choice(PROVINCE_CODES) + "0000"
    order = f'{rng.randint(0, 99):02}{rng.choice("13579" if sex == "男" else "02468")}'
    name = ordinary_name(rng)
    ethnic = "汉" if rng.random() < 0.4 else rng.choice(ETHNIC_GROUPS)
    if kind == "minority":
        name = rng.choice(MINORITY_NAMES)
        ethnic = rng.choice(["维吾尔", "哈萨克", "柯尔克孜", "乌孜别克", "塔吉克"])
    if kind == "rare":
        name = rare_name(rng)
    if kind == "similar":
        name = look_alike_name(rng)
    province, city, district = rng.choice(PROVINCES), rng.choice(CITIES), rng.choice(DISTRICTS)
    address = address_of(rng, f"{province}{city}市{district}区", kind)
    issued = 2018 + rng.randint(0, 7)
    if kind == "expired":
        issued = 2014
    age = issued - year
    term = 5 if age < 16 else 10 if age < 26 else 20
    day_of_year = f"{rng.randint(1, 12):02}.{rng.randint(1, 28):02}"
    validity = f"{issued}.{day_of_year}-{issued + term}.{day_of_year}"
    if kind == "longterm":
        year = rng.randint(1955, 1968)
        validity = f"2019.{day_of_year}-长期"
    printed_year = year + rng.choice([-2, -1, 1, 2]) if kind == "tampered" else year
    branch = f"{district}分局" if rng.random() < 0.6 else ""
    if kind == "residence":
        region = rng.choice(["81", "82", "83"]) + "0000"
    first17 = f"{region}{year:04}{month:02}{day:02}{order}"
    birth = f"{printed_year:04}-{month:02}-{day:02}"
    number = first17 + check_digit(first17)
    return Person(name, sex, ethnic, birth, address, number, f"{city}市公安局{branch}", validity)
