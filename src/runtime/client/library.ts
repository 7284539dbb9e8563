/**
 * The part of @kubernetes/client-node in use. It is named here once, so that a bundle holds this part only: what is
 * imported dynamically comes whole, generated classes included (17 MB instead of 3).
 */
export { KubeConfig } from '@kubernetes/client-node';
