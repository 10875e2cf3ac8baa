"""What points to a person is taken out; what the question is about stays."""

from __future__ import annotations

import time
from datetime import date

import pytest

from vietnamese.masking import fold_in_place, holds_mask, masked

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("hồ sơ H32.15-251103-0012 của tôi tới đâu rồi", "hồ sơ [mã hồ sơ] của tôi tới đâu rồi"),
        ("hs 000.17.22.H56-210531-0001 sao r", "hs [mã hồ sơ] sao r"),
        ("sdt em 0905 123 456 nhé", "sdt em [điện thoại] nhé"),
        ("gọi 0905.123.456 hoặc +84 905123456", "gọi [điện thoại] hoặc [điện thoại]"),
        ("0 9 0 5 1 2 3 4 5 6", "[điện thoại]"),
        ("cccd 056123456789", "cccd [số định danh]"),
        ("căn cước ••• của tôi", "căn cước [số định danh] của tôi"),
        ("cmnd 123 456 789 hết hạn", "cmnd [số định danh] hết hạn"),
        ("gửi về abc.x@gmail.com giúp", "gửi về [email] giúp"),
        ("https://zalo.me/0905123456 nhắn em", "[liên kết] nhắn em"),
        ("tài khoản 1903 4567 8901 2345", "tài khoản [số]"),
        ("không chín không năm một hai ba bốn", "[số]"),
        ("sinh ngày 1-2-1985 ở Phan Rang Tháp Chàm", "sinh ngày [ngày] ở Phan Rang Tháp Chàm"),
        ("em tên lan muốn hỏi làm khai sinh", "em tên [tên] muốn hỏi làm khai sinh"),
        ("chau ten nguyen thi mai lan 8 tuoi", "chau ten [tên] 8 tuoi"),
        ("Tôi tên Nguyễn Văn An, ở Cam Ranh", "Tôi tên [tên], ở Cam Ranh"),
        ("họ và tên: le thi hoa sinh năm 90", "họ và tên: [tên] sinh năm 90"),
        ("Em tên Hoa, con em tên Bảo An", "Em tên [tên], con em tên [tên]"),
        ("tôi là Hùng hỏi về thủ tục", "tôi là [tên] hỏi về thủ tục"),
        ("TÔI TÊN LÊ VĂN TÁM CẦN ĐỔI BẰNG LÁI", "TÔI TÊN [tên] CẦN ĐỔI BẰNG LÁI"),
        ("đất của tran thi bay chia cho con", "đất của [tên] chia cho con"),
        ("làm khai tử cho ông Trần Văn Bảy", "làm khai tử cho ông [tên]"),
    ],
)
def test_that_what_points_to_a_person_is_taken_out(written: str, left: str) -> None:
    assert masked(written, TODAY) == left
    assert holds_mask(left)


@pytest.mark.parametrize(
    "written",
    [
        "sang tên xe máy cần gì",
        "tên con trong giấy khai sinh bị sai",
        "thủ tục đổi tên: cần gì",
        "dang ky ten cho cong ty",
        "con tôi tên gì cũng được",
        "mã 1.001193 là gì",
        "nộp 2.500.000 đồng",
        "mấy ngày làm việc, 15 hay 20 ngày",
        "Lý Lịch Tư Pháp cần gì",
        "quy hoạch đô thị mới",
        "tôi là người dân tộc, được miễn phí không",
        "lm khai sinh cho be o dau v ad",
    ],
)
def test_that_what_is_asked_stays(written: str) -> None:
    assert masked(written, TODAY) == written
    assert not holds_mask(written)


def test_that_each_letter_keeps_its_place() -> None:
    text = "Đường Ấp İstanbul 2 Tổ ðề"
    assert len(fold_in_place(text)) == len(text)
    assert fold_in_place("Đường Ấp") == "duong ap"


@pytest.mark.parametrize("piece", ["0 ", "a.", "tên ", "0-", "Nguyễn ", "khong ", "a@", "1.", "H32.15-", "họ và tên "])
def test_that_the_longest_message_takes_no_time(piece: str) -> None:
    started = time.perf_counter()
    masked(piece * (4000 // len(piece)), TODAY)
    assert time.perf_counter() - started < 1
