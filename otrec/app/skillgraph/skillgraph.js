// Draws a picture that Python laid out, and lets it be walked with a mouse, a finger or the keyboard.
// Texts only ever enter as text nodes and attributes, never as markup.
const SVG = "http://www.w3.org/2000/svg";
const CLASS = { green: "green", yellow: "yellow", red: "red", "none found": "none", "": "plain" };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const NARROW = 600;
const SMALLEST = 0.8;
const LARGEST = 1.15;

function make(name, attributes = {}, ...inside) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...inside);
  return node;
}

function html(name, attributes = {}, ...inside) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...inside);
  return node;
}

function drawLink(curve, marks, place) {
  const group = make("g", { class: `link ${CLASS[curve.light]}`, "data-place": place });
  group.append(make("title", {}, curve.told));
  group.append(make("path", { class: "line", d: curve.path, "stroke-width": curve.width }));
  const transform = `translate(${curve.mark[0]} ${curve.mark[1]})`;
  (marks[curve.light] ?? []).forEach((d, filled) => {
    if (d) group.append(make("path", { class: filled ? "mark filled" : "mark", d, transform }));
  });
  return group;
}

function drawNode(box, place) {
  const chosen = box.focus ? " chosen" : "";
  const group = make("g", {
    class: `node ${box.kind}${chosen}`,
    role: "button",
    tabindex: place === 0 ? 0 : -1,
    "aria-label": box.label,
    "data-place": place,
    "data-key": box.key,
  });
  if (box.focus) group.setAttribute("aria-current", "true");
  group.append(make("path", { class: "shape", d: box.outline }));
  const text = make("text", { "aria-hidden": "true" });
  box.lines.forEach((line, row) => {
    text.append(make("tspan", { x: box.x + box.width / 2, y: box.y + 21 + 16 * row }, line));
  });
  group.append(text);
  return group;
}

// The box that lies nearest in the direction of an arrow key: left and right go to the next column, up and down stay
// in their own.
function beside(boxes, here, [across, down]) {
  const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
  const [x, y] = middle(boxes[here]);
  let best = -1;
  let least = Infinity;
  boxes.forEach((box, place) => {
    const [dx, dy] = [middle(box)[0] - x, middle(box)[1] - y];
    const ahead = dx * across + dy * down;
    const aside = Math.abs(dx * down) + Math.abs(dy * across);
    const distance = across ? 4 * ahead + aside : ahead + 3 * aside;
    if (place !== here && ahead > 1 && distance < least) [best, least] = [place, distance];
  });
  return best;
}

class Graph {
  constructor(root) {
    this.root = root.querySelector(".graph");
    this.stage = this.root.querySelector(".stage");
    this.live = this.root.querySelector(".quiet");
    this.zoom = 1;
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(this.root);
    this.stage.addEventListener("keydown", (event) => this.key(event));
    this.stage.addEventListener("click", (event) => this.click(event));
    for (const kind of ["mouseover", "focusin"]) this.stage.addEventListener(kind, (event) => this.trace(event));
    for (const kind of ["mouseleave", "focusout"]) this.stage.addEventListener(kind, () => this.untrace());
    this.buttons();
  }

  buttons() {
    const on = (name, act) => {
      this.root.querySelector(`[data-act=${name}]`).addEventListener("click", act);
    };
    on("out", () => this.scale(this.zoom / 1.25));
    on("in", () => this.scale(this.zoom * 1.25));
    on("fit", () => this.scale(1));
    on("svg", () => this.save(new Blob([this.data.svg], { type: "image/svg+xml" }), "svg"));
    on("graphml", () => this.save(new Blob([this.data.graphml], { type: "application/xml" }), "graphml"));
    on("png", () => this.png());
    // Single letters are commands of the app around us; here they do nothing.
    this.root.addEventListener("keydown", (event) => {
      if (event.key.length === 1) event.stopPropagation();
    });
  }

  show(data, walk) {
    const before = this.data;
    this.walk = walk;
    if (before && before.token === data.token) return;
    const inside = this.stage.contains(this.stage.getRootNode().activeElement);
    this.data = data;
    for (const [name, word] of Object.entries(data.words)) {
      const button = this.root.querySelector(`[data-act=${name}]`);
      if (!button) continue;
      button.setAttribute("aria-label", word);
      button.setAttribute("title", word);
    }
    this.stage.setAttribute("aria-label", data.words.stage);
    this.root.querySelector(".hint").textContent = data.words.hint;
    this.zoom = 1;
    this.narrow = undefined;
    this.fit();
    this.centre();
    this.legend();
    if (before) this.live.textContent = data.said;
    if (before && inside) this.go(0);
  }

  fit() {
    if (!this.data || !this.root.clientWidth) return;
    const narrow = this.root.clientWidth < NARROW;
    if (narrow !== this.narrow) {
      this.narrow = narrow;
      this.picture = narrow ? this.data.tree : this.data.columns;
      this.draw();
    }
    this.scale(this.zoom);
  }

  scale(zoom) {
    this.zoom = Math.min(3, Math.max(0.5, zoom));
    const room = this.stage.clientWidth;
    const natural = Math.min(LARGEST, Math.max(SMALLEST, room / this.picture.width));
    const width = this.picture.width * natural * this.zoom;
    const svg = this.stage.querySelector("svg");
    svg.setAttribute("width", width);
    svg.setAttribute("height", (width * this.picture.height) / this.picture.width);
  }

  // Where the picture is wider than its place, it opens on the node in focus.
  centre() {
    const box = this.picture?.boxes[0];
    if (!box) return;
    const scale = this.stage.querySelector("svg").getAttribute("width") / this.picture.width;
    this.stage.scrollLeft = (box.x + box.width / 2) * scale - this.stage.clientWidth / 2;
  }

  draw() {
    const { width, height, boxes, curves, captions, spines } = this.picture;
    const svg = make("svg", { class: "picture", viewBox: `0 0 ${width} ${height}`, role: "group" });
    svg.setAttribute("aria-label", this.data.title);
    for (const path of spines) svg.append(make("path", { class: "line", d: path, "stroke-width": 1.5 }));
    curves.forEach((curve, place) => svg.append(drawLink(curve, this.data.marks, place)));
    for (const caption of captions) {
      svg.append(make("text", { class: "caption", x: caption.x, y: caption.y }, caption.text));
    }
    boxes.forEach((box, place) => svg.append(drawNode(box, place)));
    this.nodes = [...svg.querySelectorAll(".node")];
    this.links = [...svg.querySelectorAll(".link")];
    this.stage.replaceChildren(svg);
  }

  legend() {
    const list = this.root.querySelector(".legend");
    list.replaceChildren();
    for (const { name, kind, outline } of this.data.kinds) {
      const sign = make("svg", { width: 30, height: 18, viewBox: "-1 -1 32 20", "aria-hidden": "true", class: kind });
      sign.append(make("path", { class: "shape", d: outline }));
      list.append(html("li", {}, sign, name));
    }
    for (const { name, light } of this.data.lights) {
      const sign = make("svg", { width: 34, height: 16, viewBox: "0 -8 34 16", "aria-hidden": "true" });
      sign.append(drawLink({ light, told: "", path: "M0 0H34", width: 3, mark: [17, 0] }, this.data.marks, -1));
      list.append(html("li", {}, sign, name));
    }
  }

  at(event) {
    const node = event.target.closest?.(".node");
    return node ? Number(node.dataset.place) : -1;
  }

  go(place) {
    this.nodes.forEach((node, number) => node.setAttribute("tabindex", number === place ? 0 : -1));
    this.nodes[place].focus();
    this.nodes[place].scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }

  key(event) {
    const here = this.at(event);
    if (here < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    let next = here;
    if (event.key in ARROWS) next = beside(this.picture.boxes, here, ARROWS[event.key]);
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = this.nodes.length - 1;
    else if (event.key === "Enter" || event.key === " ") this.choose(here);
    else return;
    event.preventDefault();
    if (next >= 0 && next !== here) this.go(next);
  }

  click(event) {
    const here = this.at(event);
    if (here >= 0) this.choose(here);
  }

  choose(place) {
    this.go(place);
    this.walk(this.picture.boxes[place].key);
  }

  trace(event) {
    const here = this.at(event);
    if (here < 0) {
      if (event.type === "mouseover") this.untrace();
      return;
    }
    this.untrace();
    this.stage.classList.add("tracing");
    this.picture.curves.forEach((curve, place) => {
      if (!curve.ends.includes(here)) return;
      this.links[place].classList.add("lit");
      for (const end of curve.ends) this.nodes[end].classList.add("lit");
    });
  }

  untrace() {
    this.stage.classList.remove("tracing");
    for (const drawn of this.stage.querySelectorAll(".lit")) drawn.classList.remove("lit");
  }

  save(blob, ending) {
    const link = html("a", { href: URL.createObjectURL(blob), download: `${this.data.file}.${ending}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    this.live.textContent = `${this.data.words.saved} ${this.data.file}.${ending}`;
  }

  // The browser draws the SVG file onto a canvas at twice its size: sharp in print, no further library.
  png() {
    const picture = new Image();
    const address = URL.createObjectURL(new Blob([this.data.svg], { type: "image/svg+xml" }));
    picture.onload = () => {
      const canvas = html("canvas", { width: 2 * picture.width, height: 2 * picture.height });
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      URL.revokeObjectURL(address);
      canvas.toBlob((blob) => this.save(blob, "png"), "image/png");
    };
    picture.src = address;
  }
}

const graphs = new WeakMap();

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  if (!graphs.has(parentElement)) graphs.set(parentElement, new Graph(parentElement));
  const graph = graphs.get(parentElement);
  graph.show(data, (key) => setTriggerValue("walked", key));
}
