// Behaviour for what the server rendered. Every page reads and works without it.
import "./relative-time.js";
import "./window-left.js";
import "./notifications.js";
import "./live-stream.js";
import "./choosing.js";
import "./conv-list.js";
import "./message-list.js";
import "./file-drop.js";
import "./later.js";
import "./template-picker.js";
import "./chat-composer.js";
import "./attend.js";
import "./insert-list.js";
import "./reply-quote.js";
import "./message-menu.js";
import "./keys.js";
import "./page.js";
