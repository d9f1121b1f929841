import { setupServer } from 'msw/node';

/** The network of a test. A test says what the gateway answers: `gateway.use(http.get('/api/v1/…', …))`. */
export const gateway = setupServer();
