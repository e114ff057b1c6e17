/* Throughline: remembers whose link brought somebody to this shop, and hands it on with the order.
   <script src="https://refer.shop.example/mbsy.js" async></script>
   data-consent="wait"   nothing is kept before mbsy.consent(true)
   data-shop="shopify"   a storefront of Shopify's that has no window.Shopify
   window.mbsy.get()     {mbsy, mbsy_source, campaignid}, those that are known
   Syntax of 2009, for shops have old customers; nothing in here may ever stop a page. */
(function (window, document) {
  "use strict";
  var NAMES = ["mbsy", "mbsy_source", "campaignid"];
  var VALID = {
    mbsy: /^[A-Za-z0-9_][\w.-]{0,31}$/,
    mbsy_source: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    campaignid: /^[^\x00-\x1f\x7f]{1,200}$/
  };
  var DAYS_90 = 7776000;
  var FORMS = "form[data-mbsy],form.checkout,form.woocommerce-checkout";
  var PAYMENTS = 'a[href^="https://buy.stripe.com/"],a[data-mbsy][href]';
  var BUTTONS = "stripe-buy-button,stripe-pricing-table";
  var script = document.currentScript || document.querySelector('script[src*="/mbsy.js"]');
  var early = window.mbsy || {};
  var landed, granted, domain, isSynced;

  function quietly(work, otherwise) {
    return function (given) {
      try { return work(given); } catch (e) { return otherwise; }
    };
  }

  function option(name) {
    return (script && script.getAttribute && script.getAttribute("data-" + name)) || "";
  }

  function each(list, work) {
    for (var i = 0; i < list.length; i++) { work(list[i]); }
  }

  function decoded(text) {
    try { return decodeURIComponent(text.replace(/\+/g, " ")); } catch (e) { return ""; }
  }

  // Later values win, as a link that was passed on may carry two.
  function pairs(text, separator, known) {
    var found = {};
    each(text.split(separator), function (pair) {
      var at = pair.indexOf("=");
      var name = at < 0 ? "" : decoded(pair.slice(0, at)).replace(/^\s+/, "");
      var value = at < 0 ? "" : decoded(pair.slice(at + 1));
      if (known.hasOwnProperty(name) && known[name].test(value)) { found[name] = value; }
    });
    return found;
  }

  var fromAddress = quietly(function () {
    var touch = pairs(String(window.location.search).slice(1), "&", VALID);
    return touch.mbsy || touch.mbsy_source ? touch : null;
  }, null);

  var fromCookies = quietly(function () { return pairs(document.cookie, ";", VALID); }, {});

  function bake(name, value, seconds, place) {
    document.cookie = name + "=" + encodeURIComponent(value) + ";path=/;max-age=" + seconds + ";SameSite=Lax" +
      (window.location.protocol === "https:" ? ";Secure" : "") + (place ? ";domain=" + place : "");
  }

  function domains() {
    var host = window.location.hostname;
    var labels = host.split(".");
    var found = [];
    if (/^[\d.]+$|:/.test(host)) { return found; }
    for (var count = 2; count <= labels.length; count++) { found.push(labels.slice(-count).join(".")); }
    return found;
  }

  // The browser knows which names are public suffixes: the shortest domain whose cookie it takes is the shop's own.
  function registrable() {
    each(domain === undefined ? domains() : [], function (place) {
      if (domain) { return; }
      bake("mbsy_try", "1", 9, place);
      if (/(^|; )mbsy_try=1/.test(document.cookie)) { domain = place; }
      bake("mbsy_try", "", 0, place);
    });
    return domain || "";
  }

  var forget = quietly(function () {
    each(domains().concat(""), function (place) {
      each(NAMES, function (name) { bake(name, "", 0, place); });
    });
  });

  // The last touch wins whole: a source must never stand beside the share code of somebody else.
  var keep = quietly(function (touch) {
    forget();
    each(NAMES, function (name) { if (touch[name]) { bake(name, touch[name], DAYS_90, registrable()); } });
  });

  function known() {
    var touch = granted ? landed || fromCookies() : {};
    var copy = {};
    each(NAMES, function (name) { if (touch[name]) { copy[name] = touch[name]; } });
    return copy;
  }

  function call(method, address, body, done) {
    var request = new XMLHttpRequest();
    request.open(method, address);
    request.setRequestHeader("Accept", "application/json");
    if (body) { request.setRequestHeader("Content-Type", "application/json"); }
    request.onload = quietly(function () { if (request.status === 200) { done(request.responseText); } });
    request.send(body);
  }

  function remembered(value) {
    try {
      if (value) { window.sessionStorage.setItem("mbsy_cart", value); }
      return window.sessionStorage.getItem("mbsy_cart");
    } catch (e) { return null; }
  }

  // A cart that was paid is followed by a new one without attributes; its cookie tells them apart.
  var tellCart = quietly(function () {
    var shop = window.Shopify;
    var touch = known();
    if (isSynced || !(shop || option("shop") === "shopify") || !(touch.mbsy || touch.mbsy_source)) { return; }
    isSynced = true;
    var root = (shop && shop.routes && shop.routes.root) || "/";
    var mark = JSON.stringify(touch) + (/(?:^|; )cart=([^;]*)/.exec(document.cookie) || ["", ""])[1];
    if (remembered() === mark) { return; }
    call("GET", root + "cart.js", null, function (answer) {
      var has = JSON.parse(answer).attributes || {};
      var told = {};
      var differs = false;
      each(NAMES, function (name) {
        told[name] = touch[name] || "";
        differs = differs || (has[name] || "") !== told[name];
      });
      if (!differs) { remembered(mark); return; }
      call("POST", root + "cart/update.js", JSON.stringify({ attributes: told }), function () { remembered(mark); });
    });
  });

  // Through the prototype, for a form's fields may bear the names of its methods.
  function inside(form, selector) {
    return Element.prototype.querySelector.call(form, selector);
  }

  var fillForm = quietly(function (form) {
    var touch = known();
    if (!Element.prototype.matches.call(form, FORMS)) { return; }
    each(NAMES, function (name) {
      var field = inside(form, 'input[name="' + name + '"]');
      if (!field && touch[name]) {
        field = document.createElement("input");
        field.type = "hidden";
        field.name = name;
        Node.prototype.appendChild.call(form, field);
      }
      if (field && (touch[name] || field.getAttribute("data-mbsy-ours"))) {
        field.value = touch[name] || "";
        field.setAttribute("data-mbsy-ours", "1");
      }
    });
  });

  var fillPayment = quietly(function (link) {
    var source = known().mbsy_source;
    var parts = /^([^?#]*)(\?[^#]*)?(#.*)?$/.exec(link.getAttribute("href"));
    var kept = [];
    var isTaken = false;
    each((parts[2] || "").slice(1).split("&"), function (pair) {
      var isOurs = /^client_reference_id=mbsy_/.test(pair);
      isTaken = isTaken || (!isOurs && /^client_reference_id=./.test(pair));
      if (pair && !isOurs) { kept.push(pair); }
    });
    // The shop's own reference stays: its orders hang on it.
    if (source && !isTaken) { kept.push("client_reference_id=mbsy_" + source); }
    link.setAttribute("href", parts[1] + (kept.length ? "?" + kept.join("&") : "") + (parts[3] || ""));
  });

  var fillButton = quietly(function (button) {
    var source = known().mbsy_source;
    var reference = button.getAttribute("client-reference-id");
    if (source && (!reference || /^mbsy_/.test(reference))) {
      button.setAttribute("client-reference-id", "mbsy_" + source);
    }
  });

  var apply = quietly(function () {
    if (granted === undefined) { return; }
    each(document.querySelectorAll(FORMS), fillForm);
    each(document.querySelectorAll(PAYMENTS), fillPayment);
    each(document.querySelectorAll(BUTTONS), fillButton);
    tellCart();
  });

  // What a page draws later is met when somebody comes to it.
  var met = quietly(function (event) {
    var target = event.target;
    var link = target.closest && target.closest(PAYMENTS);
    if (!granted) { return; }
    if (link) { fillPayment(link); }
    if (target.closest && target.closest("form")) { fillForm(target.closest("form")); }
  });

  function consent(isGiven) {
    granted = Boolean(isGiven);
    if (granted) {
      if (landed) { keep(landed); }
    } else {
      forget();
      landed = null;
    }
    isSynced = false;
    if (document.readyState !== "loading") { apply(); }
  }

  quietly(function () {
    if (typeof early.get === "function") { return; }
    landed = fromAddress();
    window.mbsy = { get: quietly(known, {}), consent: quietly(consent), apply: apply };
    if (option("consent") !== "wait") {
      consent(early.consented !== false);
    } else if (typeof early.consented === "boolean") {
      consent(early.consented);
    }
    each(["submit", "focusin", "pointerdown", "click"], function (type) { document.addEventListener(type, met, true); });
    document.addEventListener("DOMContentLoaded", apply);
  })();
})(window, document);
