import css from "./widget.css";
import strings from "./widget.vi.json";

const MARK = "data-hcc-chat";
const SVG = "http://www.w3.org/2000/svg";
const script = document.currentScript;

if (script?.src && !document.querySelector(`[${MARK}]`)) {
  const frameAddress = new URL("frame", script.src);
  const host = document.createElement("div");
  host.setAttribute(MARK, "");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  const icon = document.createElementNS(SVG, "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const outline = document.createElementNS(SVG, "path");
  outline.setAttribute("d", "M4 5h16v11H11l-5 4v-4H4zM8 9h8M8 12h5");
  icon.append(outline);
  const launcher = document.createElement("button");
  launcher.type = "button";
  launcher.setAttribute("aria-haspopup", "dialog");
  launcher.append(icon);

  const panel = document.createElement("dialog");
  panel.setAttribute("aria-label", strings.panel);
  // On a phone the chat covers the page, and a modal dialog keeps keyboard and screen reader out of what is beneath.
  const phone = matchMedia("(max-width: 36rem), (max-height: 26rem)");
  let frame = null;
  let isLoaded = false;

  const label = () => {
    const text = panel.open ? strings.close : strings.open;
    launcher.setAttribute("aria-label", text);
    launcher.setAttribute("aria-expanded", String(panel.open));
    launcher.title = text;
  };
  const focusChat = () => {
    frame.focus();
    if (isLoaded) frame.contentWindow.postMessage({ type: "hcc-chat-open" }, frameAddress.origin);
  };
  const show = () => {
    if (phone.matches) panel.showModal();
    else panel.show();
    label();
  };
  const open = () => {
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = strings.panel;
      frame.referrerPolicy = "no-referrer";
      frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox");
      frame.src = frameAddress.href;
      frame.addEventListener("load", () => {
        isLoaded = true;
        if (panel.open) focusChat();
      });
      panel.append(frame);
    }
    show();
    focusChat();
  };
  const close = () => {
    if (!panel.open) return;
    panel.close();
    label();
    launcher.focus();
  };

  launcher.addEventListener("click", () => (panel.open ? close() : open()));
  panel.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  phone.addEventListener("change", () => {
    if (!panel.open) return;
    panel.close();
    show();
  });
  addEventListener("message", (event) => {
    const isFromChat = frame && event.source === frame.contentWindow && event.origin === frameAddress.origin;
    if (isFromChat && event.data?.type === "hcc-chat-close") close();
  });

  label();
  root.append(launcher, panel);
  document.body.append(host);
}
