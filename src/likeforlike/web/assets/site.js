// Makes the menu of the NHS.UK frontend fold on a narrow screen. Every page does all it does without this.
document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
const frontend = document.querySelector('script[data-frontend]').dataset.frontend;
import(frontend).then(({ initAll }) => initAll());
