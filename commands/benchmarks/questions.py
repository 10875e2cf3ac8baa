"""What the benchmarks' citizens ask: each question leads to a custom action."""

from __future__ import annotations

QUESTIONS = (
    "làm giấy khai sinh cho con mới sinh",
    "lệ phí bao nhiêu",
    "dang ky ket hon can giay to gi",
    "mất bao lâu thì có kết quả",
    "tách thửa đất nộp ở đâu",
    "các bước làm thế nào",
    "mở hộ kinh doanh bán tạp hóa",
    "thứ bảy có làm việc không",
)
