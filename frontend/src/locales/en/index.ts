import auth from './auth.json';
import client from './client.json';
import common from './common.json';
import dashboard from './dashboard.json';
import history from './history.json';
import logs from './logs.json';
import reviews from './reviews.json';
import settings from './settings.json';
import shell from './shell.json';

export default { auth, client, common, dashboard, history, logs, reviews, settings, shell };
