/* Throughline: share buttons for an advocate, on any page of the shop.
   <script src="https://refer.shop.example/widget.js" data-campaign="spring" data-advocate="johndoe" async></script>
   data-target="#share"              where they stand; else in the script's own place
   data-platforms="whatsapp,copy"    which ones, in which order
   data-text="Try this:"             the words, until the hub has told the campaign's
   data-look="icons"                 without their names
   data-theme="light"                or dark; else as the page is
   data-label="Tell a friend"        what a screen reader calls them all together
   data-domain="refer.shop.example"  the account's own domain, where the script comes from another
   A press goes to the hub, which records the share and opens the platform; while the hub is down the platform itself
   is opened, with the advocate's plain link. No cookie, no storage, and nothing in here may ever stop a page. */
(function (window, document) {
  "use strict";
  // By name: label, what its button says, composer, its parameters, newline.
  var PLATFORMS = "PLATFORMS";
  var USUAL = "native,whatsapp,facebook,x,email,copy";
  var FRESH_MS = 30000;
  var COLOURS = {
    whatsapp: "#0b7a3f", facebook: "#0b5fcc", linkedin: "#0a5ca8", telegram: "#1b6fa0", reddit: "#c23400",
    pinterest: "#c1001d", bluesky: "#0a66c8", vk: "#0759b8"
  };
  // Drawn for this widget, on a square of 24, in lines of 2.
  var ICONS = {
    whatsapp: "M4 20l1.3-4A8.4 8.4 0 1 1 8.4 19zM9 8.5c0 4 2.5 6.5 6.5 6.5l1-1.8-2.3-1.2-1 1a4.5 4.5 0 0 1-2.6-2.7l1-1L10.7 8z",
    facebook: "M13 21v-8m-3 0h6.5M13 13V8a3 3 0 0 1 3-3h1.5",
    x: "M4.5 4.5H9l10.5 15H15zM19 4.5l-6 6.7M11 13l-5.8 6.5",
    linkedin: "M6 10v9M6 5.5v.1M11 19v-9m0 4a3.5 3.5 0 0 1 7 0v5",
    telegram: "M20.5 4.5l-17 6.8 5.5 2 2 6 3-4 4 3zM9 13.3l7-5",
    reddit: "M12 8.5c4.5 0 8 2.4 8 5.5s-3.5 5.5-8 5.5-8-2.4-8-5.5 3.5-5.5 8-5.5zl1.2-4 3.3.8M9 13v.1m6-.1v.1M9 16c1.8 1.2 4.2 1.2 6 0",
    pinterest: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM10 19l2.5-10M9 12.5C7.5 8 16 6 16 10.8c0 4-4 4.7-4.6 2.4",
    email: "M3.5 6h17v12.5h-17zl8.5 7 8.5-7",
    sms: "M4 5h16v11h-9l-4 4v-4H4zM8 10.5v.1m4-.1v.1m4-.1v.1",
    copy: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 1 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 1 0 5.7 5.7l1-1",
    native: "M12 15V3.5M8 7l4-3.8L16 7M7.5 11H5v9.5h14V11h-2.5",
    threads: "M17.5 9C17 5.5 15 4 12 4c-4.5 0-6 3.5-6 8s1.5 8 6 8c3.5 0 5.5-2 5.5-4.5 0-5-8-5.5-8-2 0 3 6 2.5 6-2 0-2-1.5-3.5-3.5-3.5-1.3 0-2.2.5-2.7 1.3",
    bluesky: "M12 11C10.5 8 7.5 5 4.5 4.5c-1 4 .5 8 4 8-3 .5-3.5 3-1.5 5 2.5 2 4.3-1.5 5-3.5.7 2 2.5 5.5 5 3.5 2-2 1.5-4.5-1.5-5 3.5 0 5-4 4-8C16.5 5 13.5 8 12 11z",
    vk: "M4 7c.5 6.5 3.5 10 8.5 10V7M20 7c-1 3-3.5 5-7 5 3.5 0 6 2 7.5 5"
  };
  // Inside a shadow an !important of ours is stronger than one of the page's.
  var STYLE =
    ":host{all:initial!important;display:block!important;color-scheme:inherit!important}" +
    ":host([data-theme=light]){color-scheme:light!important}:host([data-theme=dark]){color-scheme:dark!important}" +
    ":host([data-unknown]){visibility:hidden!important}" +
    "div{display:flex;flex-wrap:wrap;gap:8px;min-height:44px}" +
    "a,button{box-sizing:border-box;display:inline-flex;align-items:center;justify-content:center;gap:8px;margin:0;" +
    "min-width:44px;height:44px;padding:0 16px 0 12px;border:1px solid #767b83;border-radius:10px;cursor:pointer;" +
    "background:#fff;background:light-dark(#fff,#1c232c);color:#1c2330;color:light-dark(#1c2330,#f0f2f4);" +
    "font:600 15px/1.2 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;text-decoration:none;white-space:nowrap}" +
    "a:hover,button:hover{background:#eef0f2;background:light-dark(#eef0f2,#2a333e)}" +
    ":focus-visible{outline:3px solid #0a66c8;outline-color:light-dark(#0a66c8,#7cc0ff);outline-offset:2px}" +
    "svg{width:20px;height:20px;flex:none;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;" +
    "stroke-linejoin:round}" +
    // What a button may say lies on top of each other, so that it never changes its width.
    "span{display:inline-grid}b{grid-area:1/1;text-align:center;font-weight:inherit;visibility:hidden}" +
    ".rest b:first-child,.done b:last-child{visibility:visible}" +
    ".icons a,.icons button{width:44px;padding:0}.icons span{display:none}.icons .done{outline:3px solid #0b7a3f}" +
    "p{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%)}" +
    "@media (max-width:480px){a,button{flex:1 0 auto}.icons a,.icons button{flex:none}}" +
    "@media print{:host{display:none!important}}";

  function quietly(work) {
    return function (given) {
      try { return work(given); } catch (e) { /* The page goes on. */ }
    };
  }

  function element(name, attributes, inside) {
    var made = document.createElement(name);
    Object.keys(attributes).forEach(function (key) {
      if (attributes[key]) { made.setAttribute(key, attributes[key]); }
    });
    (inside || []).forEach(function (one) { made.appendChild(one); });
    return made;
  }

  function text(name, words) {
    var made = element(name, {});
    made.textContent = words;
    return made;
  }

  function picture(name) {
    var svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    var path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", ICONS[name] || ICONS.native);
    svg.appendChild(path);
    if (COLOURS[name]) { svg.style.color = "light-dark(" + COLOURS[name] + ",currentColor)"; }
    return svg;
  }

  function dress(root) {
    var sheet;
    try {
      // Not an inline style, which many shops' policies forbid.
      sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
    } catch (e) {
      root.appendChild(text("style", STYLE));
    }
  }

  function encoded(words, newline) {
    var lines = words.replace(/\r\n|\r|\n/g, newline);
    try {
      return encodeURIComponent(lines);
    } catch (e) {
      // Half a character, which nothing can encode.
      return encodeURIComponent(lines.replace(/[\ud800-\udfff]/g, ""));
    }
  }

  function intent(platform, words, url) {
    var parts = {
      text: words, url: url, message: words ? words + " " + url : url, subject: words.split("\n")[0].slice(0, 70)
    };
    return platform[2] + platform[3].map(function (parameter) {
      return parameter[0] + "=" + encoded(parts[parameter[1]], platform[4]);
    }).join("&");
  }

  function pageLink() {
    var canonical = document.querySelector("link[rel=canonical][href]");
    return (canonical && canonical.href) || window.location.href.split("#")[0];
  }

  function copied(words, after) {
    function byHand() { window.prompt("Copy this link:", words); }
    try {
      window.navigator.clipboard.writeText(words).then(after, quietly(byHand));
    } catch (e) {
      byHand();
    }
  }

  function widget(script) {
    var domain = option("domain");
    var origin = /^https?:\/\/[^\/?#]+/i.exec(domain && !/^https?:/i.test(domain) ? "https://" + domain : domain || script.src);
    var base = origin ? origin[0] : "";
    var campaign = option("campaign");
    var advocate = option("advocate");
    var words = option("text") || document.title || "";
    var url = advocate ? base + "/" + encodeURIComponent(advocate) : pageLink();
    var texts = {};
    var told = {};
    var buttons = {};
    var askedAt = 0;
    var group = element("div", { role: "group", "aria-label": option("label") || "Share", "class": option("look") });
    var status = element("p", { role: "status" });

    function option(name) { return script.getAttribute("data-" + name) || ""; }

    function names() {
      return (option("platforms") || USUAL).toLowerCase().split(/[\s,]+/).filter(function (name, index, all) {
        return Object.prototype.hasOwnProperty.call(PLATFORMS, name) && all.indexOf(name) === index &&
          (name !== "native" || window.navigator.share);
      });
    }

    function said(name) { return texts[name] || words; }

    function aim() {
      Object.keys(buttons).forEach(function (name) {
        var platform = PLATFORMS[name];
        if (platform[2]) { buttons[name].href = told[name] ? told[name].press : intent(platform, said(name), url); }
      });
    }

    function take(answer) {
      if (answer && answer.known) {
        words = answer.text || words;
        texts = answer.texts || {};
        url = answer.url || url;
      } else if (answer) {
        group.parentNode.host.setAttribute("data-unknown", "");
      }
      told = (answer && answer.platforms) || {};
      aim();
    }

    // Asked again when somebody is about to press: a hub that went down meanwhile must not swallow the press.
    function ask() {
      var request, now = new Date().getTime();
      if (!(campaign || advocate) || now - askedAt < FRESH_MS) { return; }
      askedAt = now;
      request = new XMLHttpRequest();
      request.open("GET", base + "/widget.json?campaign=" + encodeURIComponent(campaign) + "&advocate=" +
        encodeURIComponent(advocate));
      request.timeout = 5000;
      request.onload = function () {
        var answer = null;
        try { answer = request.status === 200 ? JSON.parse(request.responseText) : null; } catch (e) { /* Not ours. */ }
        take(answer);
      };
      request.onerror = request.ontimeout = function () { take(null); };
      request.send();
    }

    // Copies and the share sheet leave the page where it is, so the press goes to the hub beside them.
    function record(name) {
      if (!told[name]) { return url; }
      try {
        window.fetch(told[name].press, { mode: "no-cors", keepalive: true, credentials: "omit", cache: "no-store" })
          .then(null, function () { /* The link is out all the same. */ });
      } catch (e) { /* As above. */ }
      return told[name].url;
    }

    function copy() {
      copied(record("copy"), function () {
        buttons.copy.className = "done";
        status.textContent = "Link copied";
        window.setTimeout(function () {
          buttons.copy.className = "rest";
          status.textContent = "";
        }, 2500);
      });
    }

    function share() {
      window.navigator.share({ text: said("native"), url: record("native") }).then(null, function () { /* Changed their mind. */ });
    }

    function button(name) {
      var platform = PLATFORMS[name];
      var says = name === "native" ? platform[1] : platform[0];
      var isLink = Boolean(platform[2]);
      var made = element(isLink ? "a" : "button", {
        type: isLink ? "" : "button",
        "class": "rest",
        "aria-label": name === "copy" || name === "native" ? says : platform[1],
        title: option("look") === "icons" ? platform[1] : "",
        // Mail and messages open beside the page; a window of their own would stay empty.
        target: /^https:/.test(platform[2]) ? "_blank" : "",
        rel: isLink ? "noopener" : ""
      }, [picture(name), element("span", {}, name === "copy" ? [text("b", says), text("b", "Copied")] : [text("b", says)])]);
      if (!isLink) { made.addEventListener("click", quietly(name === "copy" ? copy : share)); }
      buttons[name] = made;
      return made;
    }

    function draw(place, before) {
      var host = element("throughline-share", { "data-theme": option("theme") });
      var root = host.attachShadow({ mode: "open" });
      dress(root);
      names().forEach(function (name) { group.appendChild(button(name)); });
      root.appendChild(group);
      root.appendChild(status);
      aim();
      ["pointerover", "focusin"].forEach(function (type) { root.addEventListener(type, quietly(ask)); });
      place.insertBefore(host, before);
      ask();
    }

    function begin() {
      var target = option("target");
      var place = target ? document.querySelector(target) : script.parentNode;
      if (place && place !== document.head) {
        draw(place, target ? null : script.nextSibling);
        return true;
      }
      return false;
    }

    if (!begin() && document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", quietly(begin));
    }
  }

  quietly(widget)(document.currentScript || document.querySelector('script[src*="/widget.js"]'));
})(window, document);
