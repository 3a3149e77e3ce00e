from PySide6.QtCore import Qt
from tests.builders import a_line
def test_shot(window, hands, desk, qtbot):
    for n in range(12):
        d=desk.receive(a_line(f"Quàng Văn Thương {n}"),again=True).id
        if n%2: desk.act(d,"ready",{"outcome":"declined","reason":"x"} if n%4==1 else {})
    p=desk.procedure("1.001193"); window.intake.take_procedure(p)
    window.intake.applicant.restore({"name":"Quàng Văn Thương","id_number":"014091003217","phone":"0987654321","address":"Bản Nà Khái"})
    hands.settle(); qtbot.wait(900); hands.settle()
    window.grab().save("/tmp/i1.png")
    hands.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    hands.type("3/3/2022 9:30")
    qtbot.wait(900); hands.settle()
    window.grab().save("/tmp/i2.png")
    print(window.intake.aside.why.text())
    window.show_task("dossiers"); hands.settle(); qtbot.wait(300); hands.settle()
    window.grab().save("/tmp/d1.png")
    window.show_task("return"); hands.settle(); qtbot.wait(300)
    window.grab().save("/tmp/r1.png")
