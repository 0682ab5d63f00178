/** The emoji that this workspace knows by name. */

// prettier-ignore
const EMOJI = {
  "+1": "👍", "-1": "👎", thumbsup: "👍", thumbsdown: "👎", pushpin: "📌", round_pushpin: "📍", white_check_mark: "✅",
  heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", no_entry: "⛔", no_entry_sign: "🚫", warning: "⚠️",
  rotating_light: "🚨", fire: "🔥", fire_engine: "🚒", fire_extinguisher: "🧯", mag: "🔍", mag_right: "🔎",
  eyes: "👀", tada: "🎉", memo: "📝", pencil: "📝", pencil2: "✏️", hourglass: "⌛",
  hourglass_flowing_sand: "⏳", stopwatch: "⏱️", alarm_clock: "⏰", clock1: "🕐", clock3: "🕒", calendar: "📆", date: "📅",
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢", large_blue_circle: "🔵",
  large_purple_circle: "🟣", white_circle: "⚪", black_circle: "⚫", large_red_square: "🟥", large_green_square: "🟩",
  white_large_square: "⬜", black_large_square: "⬛", bell: "🔔", no_bell: "🔕", mega: "📣", loudspeaker: "📢", pager: "📟",
  telephone_receiver: "📞", phone: "☎️", speech_balloon: "💬", thought_balloon: "💭", wave: "👋", raised_hands: "🙌",
  pray: "🙏", clap: "👏", muscle: "💪", point_right: "👉", point_up: "☝️", ok_hand: "👌", raising_hand: "🙋",
  hammer_and_wrench: "🛠️", wrench: "🔧", hammer: "🔨", gear: "⚙️", key: "🔑", lock: "🔒", unlock: "🔓", shield: "🛡️", link: "🔗",
  paperclip: "📎", books: "📚", book: "📖", bookmark: "🔖", bookmark_tabs: "📑", clipboard: "📋", page_facing_up: "📄",
  scroll: "📜", newspaper: "📰", bar_chart: "📊", chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉", bulb: "💡",
  question: "❓", grey_question: "❔", exclamation: "❗", bangbang: "‼️", information_source: "ℹ️", checkered_flag: "🏁",
  triangular_flag_on_post: "🚩", rocket: "🚀", ship: "🚢", boom: "💥", zap: "⚡", bug: "🐛", robot_face: "🤖",
  construction: "🚧", police_car: "🚓", ambulance: "🚑", helmet_with_white_cross: "⛑️", adhesive_bandage: "🩹", stethoscope: "🩺",
  thermometer: "🌡️", microscope: "🔬", test_tube: "🧪", satellite: "🛰️", computer: "💻", floppy_disk: "💾", package: "📦",
  arrow_up: "⬆️", arrow_down: "⬇️", arrow_right: "➡️", arrow_left: "⬅️", arrows_counterclockwise: "🔄", repeat: "🔁",
  fast_forward: "⏩", double_vertical_bar: "⏸️", black_square_for_stop: "⏹️", arrow_forward: "▶️", heavy_plus_sign: "➕", heavy_minus_sign: "➖",
  star: "⭐", sparkles: "✨", heart: "❤️", smile: "😄", slightly_smiling_face: "🙂", thinking_face: "🤔", sweat_smile: "😅", cry: "😢",
  scream: "😱", sleeping: "😴", zzz: "💤", coffee: "☕", pizza: "🍕", beers: "🍻", dart: "🎯", compass: "🧭", world_map: "🗺️",
  busts_in_silhouette: "👥", bust_in_silhouette: "👤", technologist: "🧑‍💻", detective: "🕵️", label: "🏷️", inbox_tray: "📥",
  outbox_tray: "📤", wastebasket: "🗑️", put_litter_in_its_place: "🚮", seedling: "🌱", cloud: "☁️", sunny: "☀️", snowflake: "❄️",
  one: "1️⃣", two: "2️⃣", three: "3️⃣", four: "4️⃣", five: "5️⃣", six: "6️⃣", seven: "7️⃣", eight: "8️⃣", nine: "9️⃣",
};

/** The emoji in the reaction picker. The first one adds a message to the incident's timeline. */
export const PICKER_EMOJI = [
  "pushpin",
  "eyes",
  "white_check_mark",
  "+1",
  "-1",
  "x",
  "warning",
  "rotating_light",
  "fire",
  "mag",
  "memo",
  "hourglass",
  "bulb",
  "question",
  "tada",
  "pray",
  "heart",
  "thinking_face",
  "rocket",
  "bug",
  "hammer_and_wrench",
];

const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const MISSING = "\u{10FFFD}"; // no font has this character, so it is drawn as the placeholder box
const drawableCharacters = new Map();

function renderPixels(text) {
  context.canvas.width = context.canvas.height = 24; // also clears the canvas
  context.textBaseline = "top";
  context.font = "18px sans-serif";
  context.fillText(text, 0, 0);
  return context.getImageData(0, 0, 24, 24).data.join();
}

// Without an emoji font the browser draws a placeholder box, which is less useful than the name.
function canDraw(character) {
  if (!drawableCharacters.has(character))
    drawableCharacters.set(character, renderPixels(character) !== renderPixels(MISSING));
  return drawableCharacters.get(character);
}

/** The character of an emoji, or `:name:` if it is unknown or cannot be drawn on this machine. */
export function drawEmoji(name) {
  return Object.hasOwn(EMOJI, name) && canDraw(EMOJI[name]) ? EMOJI[name] : `:${name}:`;
}

/** Replaces every known `:name:` with its character. */
export function replaceEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (token, name) => drawEmoji(name));
}
