// Before the first paint: the theme and language chosen here earlier. A file of its own, since the page allows no inline script.
(function () {
  var theme = localStorage.getItem('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  var language = localStorage.getItem('language') || navigator.language;
  document.documentElement.lang = language.indexOf('ko') === 0 ? 'ko' : 'en';
})();
