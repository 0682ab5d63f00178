/** The page's icons as line drawings, which do not depend on an installed emoji font. */

const PATHS = {
  pushpin: "M12 15v7M8 3h8l-1 6 3 5H6l3-5z",
  smile: "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0zM8 14c1.500 3 6.500 3 8 0M9 9.500h.01M15 9.500h.01",
  speech: "M4 5h16v11H10l-5 4v-4H4z",
  bookmark: "M7 3h10v18l-5-4-5 4z",
  pencil: "M4 20l1-5L16 4l4 4L9 19z",
  bin: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
  close: "M6 6l12 12M18 6L6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  lock: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3",
  eye: "M2 12c4-7 16-7 20 0-4 7-16 7-20 0zM15 12a3 3 0 1 1-6 0 3 3 0 0 1 6 0z",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4",
  dots: "M6 12a1 1 0 1 1-2 0 1 1 0 0 1 2 0zM13 12a1 1 0 1 1-2 0 1 1 0 0 1 2 0zM20 12a1 1 0 1 1-2 0 1 1 0 0 1 2 0z",
};

/** Creates an SVG icon that is hidden from screen readers. */
export function createIcon(name) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  const path = document.createElementNS(namespace, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "symbol");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
