"""Zips as they arrive: names in GBK with backslashes, a zip in a zip, a password, a way out of the folder, a damaged entry."""
import io
import zipfile

JPEG = b"\xff\xd8\xff"


class Gbk(zipfile.ZipInfo):
    def _encodeFilenameFlags(self):
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def zipped(entries, into):
    with zipfile.ZipFile(into, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name), data)


inner = io.BytesIO()
zipped({"王五.jpg": JPEG + b"5", "__MACOSX/._王五.jpg": b""}, inner)
zipped({Gbk("照片\\1班\\张三.jpg"): JPEG + b"3", Gbk("照片\\李四_1寸.jpg"): JPEG + b"4", "2班.zip": inner.getvalue(),
        "../../../赵六.jpg": JPEG + b"6", "20220105.jpg": JPEG + b"7 damaged here", "locked.jpg": JPEG + b"locked",
        "名单.docx": b"PK"}, "photos.zip")
with open("photos.zip", "rb+") as file:
    data = bytearray(file.read())
    data[data.index(b"7 damaged")] = ord("8")
    # The bit of encryption, in the header before the entry and in the list at the end.
    data[data.rindex(b"PK\x03\x04", 0, data.index(b"locked.jpg")) + 6] |= 1
    data[data.rindex(b"PK\x01\x02", 0, data.rindex(b"locked.jpg")) + 8] |= 1
    file.seek(0)
    file.write(data)
