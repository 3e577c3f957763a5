// Light, dark, or as the system is: remembered on this machine.

const CHOICES = ['auto', 'light', 'dark'];
const NAMES = { auto: 'as the system', light: 'light', dark: 'dark' };

export function themeSwitch(button) {
  let choice = CHOICES.includes(stored()) ? stored() : 'auto';
  const show = () => {
    if (choice === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
    button.textContent = `◐ ${choice[0].toUpperCase()}${choice.slice(1)}`;
    button.setAttribute('aria-label', `Colours: ${NAMES[choice]}`);
  };
  button.addEventListener('click', () => {
    choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length];
    try {
      localStorage.setItem('quest4j.theme', choice);
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the page.
    }
    show();
  });
  show();
}

function stored() {
  try {
    return localStorage.getItem('quest4j.theme');
  } catch {
    return null;
  }
}
